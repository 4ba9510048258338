import { z } from 'zod';
import { pathParam } from '../path-param.ts';
import { fileResource, pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import type { ErrorCode } from '../../errors/index.ts';
import { paging } from './query.ts';

/** Why a file is not taken. */
export const fileRefusals: readonly ErrorCode[] = [
  'extension_blocked',
  'executable_refused',
  'archive_refused',
  'malware_found',
  'scanner_unavailable',
];

export const fileRoutes = {
  uploadFile: defineRoute({
    id: 'upload_file',
    method: 'POST',
    path: '/v1/files',
    tag: 'files',
    summary: 'Stores a file (multipart, field `file`).',
    access: 'files:create',
    upload: ['file'],
    isIdempotent: true,
    success: 201,
    response: fileResource,
    errors: [
      'idempotency_key_reused',
      'invalid_request',
      'input_empty',
      'quota_storage',
      'input_too_large',
      ...fileRefusals,
      'media_type_not_supported',
      'disk_space_low',
    ],
  }),
  listFiles: defineRoute({
    id: 'list_files',
    method: 'GET',
    path: '/v1/files',
    tag: 'files',
    summary: 'Files, newest first.',
    access: 'files:read',
    query: z.strictObject({ q: z.string().max(200).optional().describe('Part of the name.'), ...paging }),
    success: 200,
    response: pageOf(fileResource),
  }),
  getFile: defineRoute({
    id: 'get_file',
    method: 'GET',
    path: '/v1/files/{id}',
    tag: 'files',
    summary: 'One file.',
    access: 'files:read',
    counted: 'polls',
    params: { id: pathParam.file },
    success: 200,
    response: fileResource,
    errors: ['file_not_found'],
  }),
  removeFile: defineRoute({
    id: 'remove_file',
    method: 'DELETE',
    path: '/v1/files/{id}',
    tag: 'files',
    summary: 'Deletes one file.',
    access: 'files:delete',
    params: { id: pathParam.file },
    success: 204,
    answers: 'nothing',
    errors: ['file_not_found'],
  }),
  download: defineRoute({
    id: 'download_file',
    method: 'GET',
    path: '/files/{path*}',
    tag: 'files',
    summary: "A file's bytes: ranges, ETag; the owner's key or a signed link.",
    access: 'files:read',
    counted: 'polls',
    isSigned: true,
    params: { path: pathParam.filePath },
    success: 200,
    answers: 'stream',
    contentTypes: ['*/*'],
    otherwise: {
      302: {
        description: 'The bytes are at the store itself, where it gives links and the file is 1 MiB or larger.',
        headers: { Location: 'A link that needs no key.', 'X-Link-Expires-At': 'When that link ends.' },
      },
    },
    errors: ['file_not_found', 'precondition_failed', 'range_not_satisfiable', 'rate_limited'],
  }),
  deleteFile: defineRoute({
    id: 'delete_file',
    method: 'DELETE',
    path: '/files/{path*}',
    tag: 'files',
    summary: 'Deletes a file.',
    access: 'files:delete',
    params: { path: pathParam.filePath },
    success: 204,
    answers: 'nothing',
    errors: ['file_not_found'],
  }),
} satisfies Record<string, Route>;
