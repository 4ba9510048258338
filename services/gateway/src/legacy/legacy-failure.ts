import { errorRow, type Failure } from '@ffapi/contracts';
import type { JobDocument } from '@ffapi/job-view';

export interface LegacyFailure {
  /** The word of old, which has the place of the job's own code. */
  readonly code: string;
  readonly status: number;
  /** What was told beside the word. */
  readonly more: Readonly<Record<string, unknown>>;
}

const words: Readonly<Record<string, string>> = {
  command_failed: 'ffmpeg_failed',
  ffmpeg_timeout: 'processing_timeout',
  ffmpeg_stalled: 'processing_timeout',
  output_invalid: 'ffmpeg_failed',
  output_truncated: 'ffmpeg_failed',
};

/** A file that is no media was not looked at before FFmpeg failed on it. */
const wordOf = (code: string): string => (code.startsWith('media_') ? 'ffmpeg_failed' : (words[code] ?? code));

type Details = NonNullable<Failure['details']>;
type Told = Readonly<{ code: string; more?: Readonly<Record<string, unknown>> }>;

/** The clip at fault, from the name that its input has in the plan. */
const clipOf = (params: JobDocument['params'], input: unknown): Told | null => {
  const index = Number(/^(?:clips|urls)-(\d+)/.exec(String(input))?.[1] ?? Number.NaN);
  if (Number.isNaN(index)) return null;
  const clips = (params.clips ?? params.urls) as readonly (string | { readonly url: string })[];
  const clip = clips[index];
  return {
    code: 'ffmpeg_failed_on_clip',
    more: { clip: typeof clip === 'object' ? clip.url : clip, clip_index: index },
  };
};

/** Where an operation had words of its own for a failure of FFmpeg. */
const ownWords: Readonly<Record<string, (details: Details, params: JobDocument['params']) => Told | null>> = {
  probe: ({ stderr_tail: stderr = '' }) => ({ code: 'ffprobe_failed', more: { stderr } }),
  'video.concat': ({ input }, params) => clipOf(params, input) ?? { code: 'ffmpeg_failed_concat' },
  'ffmpeg.command': ({ missing }) => (missing === undefined ? null : { code: 'no_outputs_found' }),
  'ffmpeg.job': ({ missing }) =>
    missing === undefined ? null : { code: 'missing_outputs', more: { missing: [missing] } },
};

/** What FFAPI 1 would have said of a job that has failed or was killed. */
export const legacyFailure = (job: Pick<JobDocument, 'error' | 'status' | 'type' | 'params'>): LegacyFailure => {
  const own = job.status === 'cancelled' ? 'job_cancelled' : (job.error?.code ?? 'ffmpeg_failed');
  const word = wordOf(own);
  const details = job.error?.details ?? {};
  const told = (word === 'ffmpeg_failed' ? ownWords[job.type]?.(details, job.params) : null) ?? { code: word };
  return {
    code: told.code,
    status: errorRow(told.code).status,
    more: { ...told.more, exit_code: details.exit_code ?? null, ...(own === told.code ? {} : { cause: own }) },
  };
};
