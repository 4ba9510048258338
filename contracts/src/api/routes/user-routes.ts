import { z } from 'zod';
import { role } from '../../access/scopes.ts';
import { pathParam } from '../path-param.ts';
import { newUserName } from '../../access/user-name.ts';
import { pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { newPassword, userResource } from '../session-resources.ts';
import { paging } from './query.ts';

export const userRoutes = {
  create: defineRoute({
    id: 'create_user',
    method: 'POST',
    path: '/admin/users',
    tag: 'sessions',
    summary: 'Lets a person log in.',
    access: 'keys:manage',
    body: z.strictObject({ name: newUserName, password: newPassword, role: role.default('viewer') }),
    isIdempotent: true,
    success: 201,
    response: userResource,
    errors: ['idempotency_key_reused', 'user_exists', 'forbidden'],
  }),
  list: defineRoute({
    id: 'list_users',
    method: 'GET',
    path: '/admin/users',
    tag: 'sessions',
    summary: 'Everyone who can log in, by name.',
    access: 'keys:manage',
    query: z.strictObject(paging),
    success: 200,
    response: pageOf(userResource),
  }),
  reset: defineRoute({
    id: 'reset_user',
    method: 'POST',
    path: '/admin/users/{id}/reset',
    tag: 'sessions',
    summary: 'Lets in a person who has lost their password or codes: a new password, no second factor, no sessions.',
    access: 'keys:manage',
    params: { id: pathParam.user },
    body: z.strictObject({ password: newPassword }),
    success: 200,
    response: userResource,
    errors: ['user_not_found', 'forbidden'],
  }),
  remove: defineRoute({
    id: 'delete_user',
    method: 'DELETE',
    path: '/admin/users/{id}',
    tag: 'sessions',
    summary: 'Lets a person log in no more and ends their sessions; their jobs and files stay.',
    access: 'keys:manage',
    params: { id: pathParam.user },
    success: 204,
    answers: 'nothing',
    errors: ['user_not_found', 'forbidden'],
  }),
} satisfies Record<string, Route>;
