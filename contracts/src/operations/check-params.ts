import type { z } from 'zod';
import { checkConcat } from './compose/concat.operation.ts';
import { checkComposeFromTracks } from './compose/from-tracks.operation.ts';
import { checkComposeFromUrls } from './compose/from-urls.operation.ts';
import type { RawRules } from './raw/parse-command.ts';
import { checkRunCommand, checkRunJob } from './raw/raw.operations.ts';
import { checkMix } from './audio/check-mix.ts';
import { checkFilter } from './filter/check-filter.ts';
import type { ParamIssue } from './operation.ts';
import { operations } from './registry.ts';
import type { OperationId, OperationParams } from './registry.ts';
import { checkTrack, checkMux, checkTranslate } from './subtitles/check-subtitles.ts';
import { checkTranscode } from './transcode/check-transcode.ts';

/** Rules between fields, which a schema cannot say; operations without such rules are absent. */
const checks: { readonly [K in OperationId]?: (params: OperationParams<K>, rules?: RawRules) => ParamIssue[] } = {
  transcode: checkTranscode,
  'video.concat': checkConcat,
  'compose.from_urls': checkComposeFromUrls,
  'compose.from_tracks': checkComposeFromTracks,
  'ffmpeg.command': checkRunCommand,
  'ffmpeg.job': checkRunJob,
  'audio.mix': checkMix,
  'subtitles.burn_in': checkTrack,
  'subtitles.extract': checkTrack,
  'subtitles.mux': checkMux,
  'subtitles.translate': checkTranslate,
  'video.filter': checkFilter,
};

const fromZod = (error: z.core.$ZodError): ParamIssue[] =>
  error.issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join('/')}`,
    code: `param_${issue.code}`,
    message: issue.message,
  }));

/**
 * Everything that is wrong with an operation's own fields, known before any file is looked at; empty when all is well.
 * `rules` are what an installation demands of hand-written commands.
 */
export const checkParams = (id: OperationId, params: unknown, rules?: RawRules): ParamIssue[] => {
  const parsed = operations[id].params.safeParse(params);
  if (!parsed.success) return fromZod(parsed.error);
  const check = checks[id] as ((value: unknown, rules?: RawRules) => ParamIssue[]) | undefined;
  return check?.(parsed.data, rules) ?? [];
};
