import { z } from 'zod';
import { hardware } from '../../events/shapes.ts';
import { transcode } from '../../operations/transcode/transcode.operation.ts';
import { pathParam } from '../path-param.ts';
import { defineRoute, type Route } from '../route.ts';

const presetName = pathParam.preset.schema;

/** A field of the operation may be left out everywhere here: a submit adds what is missing. */
const fields = z
  .strictObject({ ...transcode.params.shape, hardware })
  .partial()
  .describe('Fields of a submit; those given with the submit win.');

export const presetResource = z.object({
  name: z.string(),
  version: z.int().describe('Counts up with every change; 0: comes with the platform.'),
  operation: z.string(),
  fields: z.record(z.string(), z.unknown()),
  built_in: z.boolean(),
  created_at: z.string().nullable(),
});
export type PresetResource = z.infer<typeof presetResource>;

const byName = { name: pathParam.preset };

export const presetRoutes = {
  list: defineRoute({
    id: 'list_presets',
    method: 'GET',
    path: '/v1/presets',
    tag: 'platform',
    summary: 'The profiles that come with the platform, and your own presets.',
    access: 'jobs:read',
    success: 200,
    response: z.object({ data: z.array(presetResource) }),
  }),
  define: defineRoute({
    id: 'define_preset',
    method: 'POST',
    path: '/v1/presets',
    tag: 'platform',
    summary: 'Defines a preset, or a new version of it. Jobs that were submitted before keep what they have.',
    access: 'presets:write',
    body: z.strictObject({
      name: presetName,
      operation: z.enum(['transcode']).default('transcode').describe('What it is for.'),
      fields,
    }),
    isIdempotent: true,
    success: 201,
    response: presetResource,
    errors: [
      'idempotency_key_reused',
      'invalid_request',
      'preset_reserved',
      'preset_limit',
      'codec_container_mismatch',
      'param_conflict',
    ],
  }),
  get: defineRoute({
    id: 'get_preset',
    method: 'GET',
    path: '/v1/presets/{name}',
    tag: 'platform',
    summary: 'One preset.',
    access: 'jobs:read',
    params: byName,
    success: 200,
    response: presetResource,
    errors: ['preset_not_found'],
  }),
  remove: defineRoute({
    id: 'delete_preset',
    method: 'DELETE',
    path: '/v1/presets/{name}',
    tag: 'platform',
    summary: 'Deletes a preset.',
    access: 'presets:write',
    params: byName,
    success: 204,
    answers: 'nothing',
    errors: ['preset_not_found', 'preset_reserved'],
  }),
} satisfies Record<string, Route>;
