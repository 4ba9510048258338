import { z } from 'zod';
import { pathParam } from '../path-param.ts';
import { fileResource, pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import type { ErrorCode } from '../../errors/index.ts';
import { createdBetween, paging, whole } from './query.ts';

/** Why a file is not taken. */
export const fileRefusals: readonly ErrorCode[] = [
  'extension_blocked',
  'executable_refused',
  'archive_refused',
  'malware_found',
  'scanner_unavailable',
];

const tag = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]*$/u, 'must hold no control characters');

const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a number of seconds')
  .transform(Number);

/** What files are looked for by. */
const filters = {
  q: z.string().max(200).optional().describe('Part of the name.'),
  tag: z
    .union([tag, z.array(tag).max(50)])
    .optional()
    .describe('Of several all.'),
  ...createdBetween('from', 'to'),
  format: z
    .string()
    .regex(/^[a-z0-9]{1,10}$/i, 'must be the ending of a name, such as mp4')
    .optional()
    .describe('The ending of the name, such as mp4.'),
  codec: z
    .string()
    .regex(/^[a-z0-9_-]{1,32}$/i, 'must be a codec, such as h264')
    .optional()
    .describe('Of the picture or the sound, such as h264.'),
  min_duration: seconds.optional().describe('Seconds.'),
  max_duration: seconds.optional().describe('Seconds.'),
  min_size: whole.optional().describe('Bytes.'),
  max_size: whole.optional().describe('Bytes.'),
};

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
    query: z.strictObject({ ...filters, ...paging }),
    success: 200,
    response: pageOf(fileResource),
  }),
  downloads: defineRoute({
    id: 'list_downloads',
    method: 'GET',
    path: '/downloads',
    tag: 'files',
    summary: 'Files, newest first, in numbered pages.',
    access: 'files:read',
    query: z.strictObject({
      ...filters,
      cursor: paging.cursor,
      page: whole.pipe(z.int().min(1).max(100_000)).optional().describe('From 1; cursor is better for many pages.'),
      page_size: whole.pipe(z.int().min(1).max(200)).optional().describe('1 to 200; 50 when absent.'),
    }),
    success: 200,
    response: pageOf(fileResource).extend({
      page: z.int().describe('Its number.'),
      page_size: z.int().describe('Files of a full page.'),
    }),
  }),
  tag: defineRoute({
    id: 'tag_file',
    method: 'POST',
    path: '/files/tag',
    tag: 'files',
    summary: 'Adds and removes tags of a file and members of its metadata.',
    access: 'files:create',
    body: z.strictObject({
      file_path: z.string().min(1).max(1024).describe('Its name, of several the newest, or its id.'),
      tags: z.array(tag).max(50).default([]).describe('To add.'),
      remove_tags: z.array(tag).max(50).default([]).describe('To remove.'),
      metadata: z
        .record(z.string().min(1).max(64), z.unknown())
        .default({})
        .describe('Members to set; null removes one. 4 KiB in all.'),
    }),
    success: 200,
    response: fileResource,
    errors: ['file_not_found', 'file_description_full'],
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
