import { z } from 'zod';
import { inputAliases } from '../../operations/input-aliases.ts';
import type { Operation } from '../../operations/operation.ts';
import { operations } from '../../operations/registry.ts';
import { jobResource } from '../resources.ts';
import { validationStatuses } from '../legacy-statuses.ts';
import type { Route } from '../route.ts';
import { fileRefusals } from './file-routes.ts';
import { admissionErrors } from '../../errors/access.ts';
import { plainSubmitQuery, submitBody, submitQuery } from '../submit.ts';

const submit = (operation: Operation): Route => ({
  id: `submit_${operation.id.replaceAll('.', '_')}`,
  method: 'POST',
  path: operation.path,
  tag: 'media',
  summary: operation.summary,
  access: 'jobs:create',
  query: operation.answersPlainly ? plainSubmitQuery : submitQuery,
  body: submitBody(operation),
  aliases: inputAliases(operation),
  isIdempotent: true,
  success: 202,
  ...(operation.answersPlainly ? { legacyStatuses: validationStatuses } : {}),
  response: jobResource,
  errors: [
    'invalid_request',
    'input_required',
    'file_not_found',
    'url_refused',
    'body_too_large',
    'codec_container_mismatch',
    'idempotency_key_reused',
    'accept_unknown',
    'store_full',
    'content_blocked',
    ...admissionErrors,
  ],
});

const fromUrls = submit(operations['compose.from_urls'] as Operation);

/** The field of a form that holds what is no file. */
export const composeForm = { text: 'composition' } as const;

const composeFromBinaries: Route = {
  id: 'submit_compose_from_binaries',
  method: 'POST',
  path: '/v1/compose/from-binaries',
  tag: 'media',
  summary: `${fromUrls.summary} The files come with the request (multipart, fields \`video\`, \`audio\`, \`bgm\`).`,
  access: fromUrls.access,
  query: submitQuery.extend({
    duration_ms: z.coerce.number().int().min(1).max(3_600_000).optional().describe('Length in milliseconds.'),
    width: z.coerce.number().int().min(1).max(7680).optional().describe('Width of the frame. Default: 1920.'),
    height: z.coerce.number().int().min(1).max(7680).optional().describe('Height of the frame. Default: 1080.'),
    fps: z.coerce.number().min(1).max(240).optional().describe('Frames a second. Default: 30.'),
    bgm_volume: z.coerce.number().min(0).max(5).optional().describe('Volume of the music. Default: 0.3.'),
  }),
  upload: ['video', 'audio', 'bgm'],
  uploadTexts: { [composeForm.text]: 'The fields of `POST /v1/compose/from-urls` as JSON, without the files.' },
  isIdempotent: true,
  success: 202,
  response: jobResource,
  errors: [
    ...(fromUrls.errors ?? []),
    ...fileRefusals,
    'input_empty',
    'input_too_large',
    'quota_storage',
    'media_type_not_supported',
    'disk_space_low',
  ],
};

/** One route per operation, from its registration, and the one whose files come with it. */
export const submitRoutes: readonly Route[] = [
  ...Object.values(operations).map((operation) => submit(operation as Operation)),
  composeFromBinaries,
];
