import { operations, transcodeIntent } from '@ffapi/contracts';
import type { SubtitlesBurnInParams } from '@ffapi/contracts';
import { writeAss } from '../../../cues/ass.ts';
import { cuesUntil, hasText, leftOut, plainText } from '../../../cues/cue.ts';
import type { SubtitleText } from '../../../cues/cue.ts';
import { mostVisible } from '../../../cues/most-visible.ts';
import { pictureOf } from '../../../facts/media-facts.ts';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { filter } from '../../../filtergraph/filter.ts';
import type { FilterOptions } from '../../../filtergraph/filter.ts';
import { askForFonts, fontWarning, isGenericFont } from '../../../fonts/font-choice.ts';
import { rareLetters } from '../../../fonts/rare-letters.ts';
import { framing } from '../../../ladder/fit.ts';
import type { Size } from '../../../ladder/fit.ts';
import { refusePlan } from '../../plan.ts';
import type { Capabilities, Plan, PlanFn, PlanInput } from '../../plan.ts';
import { planFile } from '../../../encode/file-output.ts';
import { selectStreams } from '../../../encode/sources.ts';
import { chooseTrack, meantTrack } from '../extract/choose-track.ts';
import type { Track } from '../extract/choose-track.ts';
import { readTrack, sheetOf } from '../extract/extract.plan.ts';
import { subtitleInput } from '../subtitle-input.ts';
import { burnHead } from './burn-style.ts';
import { countPictures, pictureCodecs, picturesIn, trackOver, trackStep } from './picture-track.ts';

const scriptName = 'burn.ass';

const intent = transcodeIntent(
  operations.transcode.params.parse({ output_format: 'mp4', video_codec: 'h264', preset: 'balanced' }),
);
const defaults = operations['subtitles.burn_in'].params.shape.style.unwrap().parse({});

/** Characters that are drawn at a time: a screen full of them has some thousand, an ornament drawn by points ten times that. */
const shownMax = 65_536;

/** What is drawn, and the font that was asked for by name. */
interface Look {
  readonly head: string;
  /** An ASS file says itself how it looks, unless the request does. */
  readonly keepsOwn: boolean;
  readonly font: string | null;
}

const lookOf = (subtitle: SubtitleText, { style }: SubtitlesBurnInParams, frame: Size): Look => {
  if (style === undefined && subtitle.assHead !== undefined)
    return { head: subtitle.assHead, keepsOwn: true, font: null };
  const { font } = style ?? defaults;
  return { head: burnHead(style ?? defaults, frame), keepsOwn: false, font: isGenericFont(font) ? null : font };
};

/** The text of the file, or of a track of the video itself. */
const textOf = (
  params: SubtitlesBurnInParams,
  facts: PlanInput<never>['facts'],
  measured: PlanInput<never>['measured'],
): SubtitleText => {
  const isTrack = params.track !== undefined || params.language !== undefined;
  if (facts.subtitle !== undefined)
    return isTrack
      ? refusePlan('param_conflict', 'give subtitle_url or a track, not both')
      : subtitleInput(facts, 'subtitle');
  const { number } = chooseTrack(facts.source?.subtitles ?? [], params);
  return { ...sheetOf(String(measured.track), number), charset: 'utf-8' };
};

const leftTracks = ({ subtitles }: MediaFacts, drawn: number): string[] =>
  subtitles.length > drawn ? ['the subtitle tracks of the video are left out'] : [];

const fontsOf = ({ fontsDir }: Capabilities): FilterOptions => (fontsDir === undefined ? {} : { fontsdir: fontsDir });

/** The pictures of a track laid over the film. */
const planPictures = (
  source: MediaFacts,
  track: Track,
  { params, caps, measured, hardware }: PlanInput<SubtitlesBurnInParams>,
): Plan => {
  const picture = pictureOf(source) ?? refusePlan('media_no_video_stream', 'subtitles are drawn into a picture');
  if (measured.pictures === undefined) return countPictures(source, track);
  const cues = picturesIn(measured.pictures, track);
  const selection = selectStreams(source, intent);
  const plan = planFile(source, selection, intent, { caps, hardware, drawn: [], over: trackOver(track, picture) });
  return {
    ...plan,
    steps: [trackStep(source, track, selection), ...plan.steps.map((step) => ({ ...step, weight: step.weight * 0.9 }))],
    result: { cues, charset: 'none', format: track.stream.codec },
    warnings: [
      ...plan.warnings,
      ...(params.style === undefined ? [] : [`style is ignored: track ${track.number} is made of pictures`]),
      ...leftTracks(source, 1),
    ],
  };
};

/** The text drawn into the picture. It reaches the filter as a file of our own writing, never as a part of the graph. */
export const planSubtitlesBurnIn: PlanFn<SubtitlesBurnInParams> = (input) => {
  const { params, facts, caps, measured, hardware } = input;
  const source = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  if (facts.subtitle === undefined) {
    const track = meantTrack(source.subtitles, params);
    if (pictureCodecs.includes(track.stream.codec)) return planPictures(source, track, input);
    if (measured.track === undefined) return readTrack(source, chooseTrack(source.subtitles, params));
  }
  const subtitle = textOf(params, facts, measured);
  const picture = pictureOf(source) ?? refusePlan('media_no_video_stream', 'subtitles are drawn into a picture');
  const { frame } = framing({ width: picture.displayWidth, height: picture.displayHeight }, null, false);
  const { head, keepsOwn, font } = lookOf(subtitle, params, frame);
  if (font !== null && measured.font === undefined) return askForFonts([{ id: 'font', head }], fontsOf(caps));
  const selection = selectStreams(source, intent);
  const seen = cuesUntil(subtitle.cues, selection.durationMs ?? Number.POSITIVE_INFINITY);
  const drawn = [filter('ass', { filename: scriptName, ...fontsOf(caps) })];
  const plan = planFile(source, selection, intent, { caps, hardware, drawn });
  if (mostVisible(seen) > shownMax)
    refusePlan('subtitle_too_large', `more than ${shownMax} characters would be drawn at a time`);
  return {
    ...plan,
    drawn: { letters: rareLetters(seen.map(plainText)), font: null },
    scratch: { ...plan.scratch, [scriptName]: writeAss(keepsOwn ? seen : seen.filter(hasText), head, keepsOwn) },
    result: { cues: seen.length, charset: subtitle.charset, format: subtitle.format },
    warnings: [
      ...plan.warnings,
      ...subtitle.notes,
      ...leftOut(subtitle.cues.length - seen.length, 'after the end of the video'),
      ...(font === null ? [] : fontWarning(font, String(measured.font))),
      ...leftTracks(source, facts.subtitle === undefined ? 1 : 0),
    ],
  };
};
