import { z } from 'zod';
import type { ErrorCode } from '../errors/index.ts';
import { idOf } from '../kernel/index.ts';

/** What a parameter of a path may be; whatever else is written there names nothing, and is answered as absent. */
export interface PathParam {
  /** What it names, for samples and tests. */
  readonly names: PathParamKind;
  readonly schema: z.ZodType<string>;
  /** What is answered for a text that cannot name anything. */
  readonly absent: ErrorCode;
}

const absentIds = {
  job: 'job_not_found',
  file: 'file_not_found',
  whk: 'webhook_not_found',
  dlv: 'delivery_not_found',
  key: 'key_not_found',
  user: 'user_not_found',
  rev: 'review_not_found',
  inc: 'incident_not_found',
  share: 'share_not_found',
} as const satisfies Readonly<Record<string, ErrorCode>>;

type NamedId = keyof typeof absentIds;
export type PathParamKind = NamedId | 'preset' | 'frame' | 'file_name' | 'file_path' | 'page_path';

const idParam = (kind: NamedId): PathParam => ({ names: kind, schema: idOf(kind), absent: absentIds[kind] });

/** The part of a path after a folder, slashes included. */
const rest = z.string();

/** Every parameter that a path of the API can have. */
export const pathParam = {
  job: idParam('job'),
  file: idParam('file'),
  webhook: idParam('whk'),
  delivery: idParam('dlv'),
  key: idParam('key'),
  user: idParam('user'),
  review: idParam('rev'),
  incident: idParam('inc'),
  share: idParam('share'),
  preset: {
    names: 'preset',
    schema: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'lower case letters, digits, _ and -')
      .describe('Its name; used as preset in a submit.'),
    absent: 'preset_not_found',
  },
  frame: {
    names: 'frame',
    schema: z.string().regex(/^\d{1,3}$/, 'must be a place in frames'),
    absent: 'file_not_found',
  },
  fileName: {
    names: 'file_name',
    schema: z.string().max(1024).describe('Its name, of several the newest, or its id.'),
    absent: 'file_not_found',
  },
  filePath: { names: 'file_path', schema: rest, absent: 'file_not_found' },
  pagePath: { names: 'page_path', schema: rest, absent: 'not_found' },
} as const satisfies Readonly<Record<string, PathParam>>;

const absentStreams: Readonly<Record<string, ErrorCode>> = {
  job: 'job_not_found',
  task: 'job_not_found',
  asset: 'file_not_found',
  endpoint: 'webhook_not_found',
  delivery: 'delivery_not_found',
  key: 'key_not_found',
  user: 'user_not_found',
  review: 'review_not_found',
  preset: 'preset_not_found',
  share: 'share_not_found',
};

/** What is said of an aggregate whose id cannot be one. */
export const absentOf = (streamKind: string): ErrorCode => absentStreams[streamKind] ?? 'not_found';
