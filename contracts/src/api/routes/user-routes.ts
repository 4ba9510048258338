import { z } from 'zod';
import { role } from '../../access/scopes.ts';
import { pathParam } from '../path-param.ts';
import { pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { newPassword, userName, userResource } from '../session-resources.ts';
import { paging } from './query.ts';

export const userRoutes = {
  create: defineRoute({
    id: 'create_user',
    method: 'POST',
    path: '/admin/users',
    tag: 'sessions',
    summary: 'Lets a person log in.',
    access: 'keys:manage',
    body: z.strictObject({ name: userName, password: newPassword, role: role.default('viewer') }),
    success: 201,
    response: userResource,
    errors: ['user_exists', 'forbidden'],
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
