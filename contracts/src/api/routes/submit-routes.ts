import { z } from 'zod';
import { inputAliases } from '../../operations/input-aliases.ts';
import type { Operation } from '../../operations/operation.ts';
import { operationIds, operations, type OperationId } from '../../operations/registry.ts';
import type { ErrorCode } from '../../errors/index.ts';
import { jobResource, planResource } from '../resources.ts';
import { validationStatuses } from '../legacy-statuses.ts';
import { plainOutputs, plainTempo } from '../legacy-resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { fileRefusals } from './file-routes.ts';
import { admissionErrors } from '../../errors/access.ts';
import { plainSubmitQuery, submitBody, submitQuery, type SubmitBody } from '../submit.ts';

const submitErrors: readonly ErrorCode[] = [
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
];

type Snake<Id extends string> = Id extends `${infer Head}.${infer Rest}` ? `${Head}_${Snake<Rest>}` : Id;

/** The id of the route that submits an operation. */
export type SubmitId<K extends string = OperationId> = `submit_${Snake<K>}`;

export const submitIdOf = <K extends string>(operation: K): SubmitId<K> =>
  `submit_${operation.replaceAll('.', '_')}` as SubmitId<K>;

const waited = 'With `Prefer: wait`: the job, ended in time. With `dry_run=true`: the plan.';
const jobOrPlan = { 200: { description: waited, response: z.union([jobResource, planResource]) } } as const;
const plainly = {
  200: {
    description: `${waited} Called plainly: what was made.`,
    response: z.union([jobResource, planResource, plainOutputs, plainTempo]),
  },
} as const;

const submit = <K extends OperationId>(id: K) => {
  const operation: Operation = operations[id];
  return {
    id: submitIdOf(id),
    method: 'POST' as const,
    path: operation.path,
    tag: 'media',
    summary: operation.summary,
    access: 'jobs:create' as const,
    query: operation.answersPlainly ? plainSubmitQuery : submitQuery,
    body: submitBody(operation),
    aliases: inputAliases(operation),
    isIdempotent: true as const,
    success: 202,
    ...(operation.answersPlainly ? { legacyStatuses: validationStatuses } : {}),
    response: jobResource,
    otherwise: operation.answersPlainly ? plainly : jobOrPlan,
    errors: submitErrors,
  };
};

const fromUrls = submit('compose.from_urls');

/** The field of a form that holds what is no file. */
export const composeForm = { text: 'composition' } as const;

const composeFromBinaries = defineRoute({
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
  otherwise: jobOrPlan,
  errors: [
    ...submitErrors,
    ...fileRefusals,
    'input_empty',
    'input_too_large',
    'quota_storage',
    'media_type_not_supported',
    'disk_space_low',
  ],
});

type SubmitRoute<K extends OperationId> = Omit<ReturnType<typeof submit<K>>, 'body'> & {
  readonly body: z.ZodType<SubmitBody<(typeof operations)[K]['params']>>;
};
type SubmitRoutes = { readonly [K in OperationId]: SubmitRoute<K> };

/** One route per operation, from its registration, and the one whose files come with it. */
export const submitRoutes = {
  ...(Object.fromEntries(operationIds.map((id) => [id, submit(id)])) as SubmitRoutes),
  composeFromBinaries,
} satisfies Record<string, Route>;
