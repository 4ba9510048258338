import { z } from 'zod';
import { idOf } from '../../kernel/index.ts';
import { pathParam } from '../path-param.ts';
import { pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { shareBody, sharedFile, shareResource } from '../share-resources.ts';
import { paging } from './query.ts';

const byId = { id: pathParam.share };

/** A page for browsers, facts for programs: by `Accept`. */
const pageOrFacts = {
  success: 200,
  answers: 'stream',
  contentTypes: ['text/html', 'application/json'],
  response: sharedFile,
} as const;

export const shareRoutes = {
  create: defineRoute({
    id: 'create_share',
    method: 'POST',
    path: '/files/{name}/share',
    tag: 'files',
    summary: 'A link to a file for people without a key; with an end, a number of downloads, a password.',
    access: 'files:create',
    params: { name: pathParam.fileName },
    body: shareBody,
    isIdempotent: true,
    success: 201,
    response: shareResource,
    errors: ['idempotency_key_reused', 'file_not_found', 'share_not_a_file'],
  }),
  list: defineRoute({
    id: 'list_shares',
    method: 'GET',
    path: '/v1/shares',
    tag: 'files',
    summary: 'Shares, newest first; those that were taken back are gone.',
    access: 'files:read',
    query: z.strictObject({ file_id: idOf('file').optional().describe('Of this file only.'), ...paging }),
    success: 200,
    response: pageOf(shareResource),
  }),
  page: defineRoute({
    id: 'shared_page',
    method: 'GET',
    path: '/s/{id}',
    tag: 'files',
    summary: 'What is shared: a page for browsers, facts for programs.',
    access: 'public',
    params: byId,
    query: z.strictObject({ grant: z.string().max(200).optional().describe('Of a password that was right.') }),
    ...pageOrFacts,
    errors: ['share_not_found', 'rate_limited'],
  }),
  open: defineRoute({
    id: 'open_share',
    method: 'POST',
    path: '/s/{id}',
    tag: 'files',
    summary: 'Shows what a password protects; the links of the answer need none for an hour.',
    access: 'public',
    params: byId,
    body: z.strictObject({ password: z.string().max(256) }),
    takesForm: true,
    ...pageOrFacts,
    errors: ['share_not_found', 'share_password_wrong', 'rate_limited'],
  }),
  file: defineRoute({
    id: 'shared_file',
    method: 'GET',
    path: '/s/{id}/file',
    tag: 'files',
    summary: 'The bytes of a shared file; counts as a download, unless it goes on with one.',
    access: 'public',
    params: byId,
    query: z.strictObject({
      grant: z.string().max(200).optional().describe('Of a password that was right.'),
      inline: z.stringbool().optional().describe('true: to be shown; only where downloads are not limited.'),
    }),
    success: 200,
    answers: 'stream',
    contentTypes: ['*/*'],
    errors: ['share_not_found', 'share_password_wrong', 'precondition_failed', 'range_not_satisfiable', 'rate_limited'],
  }),
  thumbnail: defineRoute({
    id: 'shared_thumbnail',
    method: 'GET',
    path: '/s/{id}/thumbnail.jpg',
    tag: 'files',
    summary: 'A small picture of a shared file.',
    access: 'public',
    params: byId,
    query: z.strictObject({ grant: z.string().max(200).optional().describe('Of a password that was right.') }),
    success: 200,
    answers: 'stream',
    contentTypes: ['image/jpeg'],
    errors: ['share_not_found', 'share_password_wrong', 'file_not_found', 'rate_limited'],
  }),
  revoke: defineRoute({
    id: 'revoke_share',
    method: 'DELETE',
    path: '/s/{id}',
    tag: 'files',
    summary: 'Takes a share back; its link leads nowhere from now on.',
    access: 'files:create',
    params: byId,
    success: 204,
    answers: 'nothing',
    errors: ['share_not_found'],
  }),
} satisfies Record<string, Route>;
