import { operations, transcodeIntent } from '@ffapi/contracts';
import type { SubtitlesBurnInParams } from '@ffapi/contracts';
import { writeAss } from '../../../cues/ass.ts';
import { cuesUntil, hasText, leftOut } from '../../../cues/cue.ts';
import type { SubtitleText } from '../../../cues/cue.ts';
import { pictureOf } from '../../../facts/media-facts.ts';
import { filter } from '../../../filtergraph/filter.ts';
import type { FilterOptions } from '../../../filtergraph/filter.ts';
import { framing } from '../../../ladder/fit.ts';
import type { Size } from '../../../ladder/fit.ts';
import { refusePlan } from '../../plan.ts';
import type { PlanFn } from '../../plan.ts';
import { planFile } from '../../transcode/file-output.ts';
import { selectStreams } from '../../transcode/sources.ts';
import { subtitleInput } from '../subtitle-input.ts';
import { burnHead } from './burn-style.ts';

const scriptName = 'burn.ass';

const intent = transcodeIntent(
  operations.transcode.params.parse({ output_format: 'mp4', video_codec: 'h264', preset: 'balanced' }),
);
const defaults = operations['subtitles.burn_in'].params.shape.style.unwrap().parse({});

/** An ASS file says itself how it looks, unless the request does. */
const scriptOf = (subtitle: SubtitleText, { style }: SubtitlesBurnInParams, frame: Size): string =>
  style === undefined && subtitle.assHead !== undefined
    ? writeAss(subtitle.cues, subtitle.assHead, true)
    : writeAss(subtitle.cues.filter(hasText), burnHead(style ?? defaults, frame), false);

/** The text drawn into the picture. It reaches the filter as a file of our own writing, never as a part of the graph. */
export const planSubtitlesBurnIn: PlanFn<SubtitlesBurnInParams> = ({ params, facts, caps, hardware }) => {
  const source = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  const subtitle = subtitleInput(facts, 'subtitle');
  const picture = pictureOf(source) ?? refusePlan('media_no_video_stream', 'subtitles are drawn into a picture');
  const selection = selectStreams(source, intent);
  const { frame } = framing({ width: picture.displayWidth, height: picture.displayHeight }, null, false);
  const fonts: FilterOptions = caps.fontsDir === undefined ? {} : { fontsdir: caps.fontsDir };
  const drawn = [filter('ass', { filename: scriptName, ...fonts })];
  const plan = planFile(source, selection, intent, { caps, hardware, drawn });
  const seen = cuesUntil(subtitle.cues, selection.durationMs ?? Number.POSITIVE_INFINITY);
  return {
    ...plan,
    scratch: { [scriptName]: scriptOf({ ...subtitle, cues: seen }, params, frame) },
    result: { cues: seen.length, charset: subtitle.charset, format: subtitle.format },
    warnings: [
      ...plan.warnings,
      ...subtitle.notes,
      ...leftOut(subtitle.cues.length - seen.length, 'after the end of the video'),
      ...(source.subtitles.length > 0 ? ['the subtitle tracks of the video are left out'] : []),
    ],
  };
};
