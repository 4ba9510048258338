import { containerRules, inputAt, transcodeIntent } from '@ffapi/contracts';
import type { FilterParams, TranscodeIntent } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import { muxerArgs } from '../../argv/muxers.ts';
import { plainTags } from '../../argv/tags.ts';
import type { Token } from '../../argv/token.ts';
import { alphaDecoding } from '../../colour/alpha.ts';
import { colourTags } from '../../colour/colour-tags.ts';
import { masteringOptions } from '../../colour/mastering-options.ts';
import type { MasteringOptions } from '../../colour/mastering-options.ts';
import { exactRate } from '../../facts/exact-rate.ts';
import { ratio } from '../../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../../facts/media-facts.ts';
import { filter } from '../../filtergraph/filter.ts';
import { rareLetters } from '../../fonts/rare-letters.ts';
import { experimentArgs } from '../../sound/carried.ts';
import { chapterPlan } from '../../encode/chapters.ts';
import type { ChapterPlan } from '../../encode/chapters.ts';
import { lossesOf } from '../../encode/losses.ts';
import { refusePlan } from '../plan.ts';
import type { Plan, PlanFn, PlanInput, Step } from '../plan.ts';
import { languageArgs, taggedTracks } from '../../encode/track-tags.ts';
import { audioArgs, audioCodecShown, chooseAudio } from '../../encode/audio-encoder.ts';
import { checkSize } from '../../encode/encoder-sizes.ts';
import { encodeEstimateMs } from '../../encode/estimate.ts';
import { fileKeyframes } from '../../encode/file-keyframes.ts';
import { alphaArgs, codecTag } from '../../encode/file-picture.ts';
import { frameTiming, ownTiming, rateForX265 } from '../../encode/picture.ts';
import { endOf, selectStreams } from '../../encode/sources.ts';
import type { Selection } from '../../encode/sources.ts';
import { chooseSubtitles } from '../../encode/subtitles.ts';
import { chooseEncoder, encoderArgs } from '../../encode/video-encoder.ts';
import type { Encoder } from '../../encode/video-encoder.ts';
import type { PictureState } from './applied.ts';
import { shakeDetector } from './detail.ts';
import { filterGraph } from './graph.ts';
import { drawnFont } from './overlay.ts';
import type { FilterGraph, GraphSetting } from './graph.ts';
import { screenPlan } from './screen-plan.ts';
import { screenColour, screenFile } from './screen.ts';
import { sideInput, sideOf, sidesOf } from './sides.ts';
import { pacingOf } from './pacing.ts';
import type { Pacing } from './pacing.ts';
import { fontPlan, fontWarnings } from './text-fonts.ts';
import { workingPicture } from './working-picture.ts';
import type { WorkingPicture } from './working-picture.ts';

type Input = PlanInput<FilterParams>;

interface Source {
  readonly facts: MediaFacts;
  readonly picture: VideoFacts;
  readonly selection: Selection;
}

const sourceOf = ({ facts }: Input, intent: TranscodeIntent): Source => {
  const media = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  const selection = selectStreams(media, intent);
  const picture = selection.picture ?? refusePlan('media_no_video_stream', 'filters need a video track');
  return { facts: media, picture, selection };
};

/** 4:2:0 has no odd sides: one more line, which repeats its neighbour. */
const evenTail = ({ width, height }: PictureState): string[] => {
  const [right, bottom] = [width % 2, height % 2];
  if (right + bottom === 0) return [];
  return [
    filter('pad', { w: width + right, h: height + bottom }),
    filter('fillborders', { left: 0, top: 0, right, bottom, mode: 'smear' }),
  ];
};

const graphSetting = (
  input: Input,
  source: Source,
  working: WorkingPicture,
  pacing: (picture: PictureState) => Pacing,
  warn: (text: string) => void,
): GraphSetting => ({
  from: `[0:${source.picture.index}]`,
  to: '[picture]',
  head: working.head,
  picture: working.state,
  tail: (picture) => [...evenTail(picture), ...(pacing(picture).picture ?? [])],
  context: (at) => ({
    pixels: working.pixels.name,
    matrix: working.matrix,
    screen: (params) => screenColour(params, working.matrix, input.measured[screenFile(at)], warn),
    side: (field) => sideOf(input, inputAt('filters', at, 'params', field)),
  }),
});

/** The first pass of a steadied picture: everything before it, and a look at how the camera moves. */
const shakeGraph = ({ params }: Input, setting: GraphSetting): FilterGraph | null => {
  const at = params.filters.findIndex((one) => one.type === 'stabilize');
  return at === -1 ? null : filterGraph(params.filters.slice(0, at), { ...setting, tail: () => [shakeDetector] });
};

interface Streams {
  readonly args: Token[];
  readonly audioCodec: string | null;
}

/** Sound and subtitles: copied where nothing touches them and the container can carry them. */
const otherStreams = (
  { facts, picture, selection }: Source,
  intent: TranscodeIntent,
  graph: FilterGraph,
  pacing: Pacing,
  warn: (text: string) => void,
): Streams => {
  const isFiltered = graph.sound.length > 0;
  const sound = selection.sound.map((stream, n) =>
    chooseAudio(stream, intent, warn, isFiltered || pacing.mustEncode(n)),
  );
  const { container } = intent;
  const subtitles = chooseSubtitles(graph.picture.tempo === 1 ? facts.subtitles : [], container);
  const dropped = facts.subtitles.length - subtitles.maps.length;
  if (dropped > 0) warn(`${dropped} of the subtitle tracks cannot be kept`);
  const tracks = sound.map(({ stream }) => stream);
  const languages = languageArgs(taggedTracks(facts, tracks, subtitles.maps), container, warn);
  const streams = [picture.index, ...tracks.map(({ index }) => index)];
  for (const text of lossesOf(facts, { container, streams, isFilm: true })) warn(text);
  return {
    args: [
      ...[...sound.map(({ stream }) => stream.index), ...subtitles.maps].flatMap((index) => ['-map', `0:${index}`]),
      ...sound.flatMap((choice, n) => audioArgs(choice, n, null, [...graph.sound, ...pacing.sound(choice)])),
      ...subtitles.args,
      ...experimentArgs(intent.container, sound.map(audioCodecShown)),
      ...languages,
    ],
    audioCodec: sound[0] ? audioCodecShown(sound[0]) : null,
  };
};

/** The chapters of the film, which follow it at another speed; those of a background are not its own. */
const chaptersOf = (
  { facts, selection }: Source,
  { params }: Input,
  { tempo }: Pick<PictureState, 'tempo'>,
): ChapterPlan => {
  const end = endOf(selection);
  return chapterPlan({
    chapters: facts.chapters ?? [],
    container: params.output_format,
    inputs: 1 + sidesOf(params).length,
    lengthMs: end === null ? null : end / tempo,
    moved: (ms) => ms / tempo,
  });
};

const evenState = ({ width, height }: PictureState) => ({ width: width + (width % 2), height: height + (height % 2) });

const estimateOf = (encoder: Encoder, picture: PictureState, passes: number): number => {
  const frames = picture.frames ?? Math.round(((picture.durationMs ?? 0) / 1000) * (ratio(picture.fps) || 25));
  return encodeEstimateMs(encoder.codec, encoder.device, frames, [picture]) * passes + 500;
};

const isClear = ({ pixels }: WorkingPicture): boolean => pixels.name === 'yuva420p';

interface EncodeParts {
  working: WorkingPicture;
  encoder: Encoder;
  graph: FilterGraph;
  pacing: Pacing;
  others: Streams;
  chapters: ChapterPlan;
  mastering: MasteringOptions;
}

/** The picture at the times that it has behind the filters; `null`: they, or a GPU, give it a rate of its own. */
const retimed = (picture: VideoFacts, { graph, encoder }: EncodeParts): VideoFacts | null => {
  const { tempo } = graph.picture;
  if (encoder.device === 'gpu' || (tempo !== 1 && !picture.isVfr)) return null;
  const at = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / tempo));
  const { startMs, durationMs, lastMs } = picture;
  return { ...picture, startMs: at(startMs) ?? 0, durationMs: at(durationMs), lastMs: at(lastMs) };
};

const encodeArgs = (source: Source, intent: TranscodeIntent, parts: EncodeParts): Token[] => {
  const own = parts.pacing.picture === null ? retimed(source.picture, parts) : null;
  const frame = evenState(parts.graph.picture);
  const isMpeg = intent.video === 'mpeg4' || intent.video === 'mpeg2video';
  return [
    ...parts.chapters.input,
    '-filter_complex',
    parts.graph.text,
    '-map',
    '[picture]',
    ...(own ? ownTiming(own, intent.container) : frameTiming(parts.pacing.fps)),
    ...colourTags(source.picture, parts.working.pixels),
    ...(isClear(parts.working) ? alphaArgs : []),
    ...encoderArgs(parts.encoder, intent, isMpeg ? { ...intent, frame } : intent, [
      ...(own ? rateForX265(own) : []),
      ...parts.mastering.x265,
    ]),
    ...parts.mastering.args,
    ...(isMpeg ? fileKeyframes(parts.encoder, intent, exactRate(parts.pacing.fps ?? 25)) : []),
    ...codecTag(parts.encoder.codec, intent.container),
    ...parts.others.args,
    ...plainTags(intent.container),
    ...parts.chapters.args,
    ...muxerArgs(intent.container),
    { out: `output.${containerRules[intent.container].extension}` },
  ];
};

const stepsOf = (
  input: Input,
  source: Source,
  shake: FilterGraph | null,
  name: string,
  encoding: readonly Token[],
  decoding: readonly string[],
): Step[] => {
  const sides = sidesOf(input.params);
  const names = ['source', ...sides.map((side) => side.name)];
  const inputs = [
    ...guardedInput('source', input.facts.source?.demuxer ?? '', decoding),
    ...sides.flatMap((side) => sideInput(side, input.facts[side.name])),
  ];
  const step = (id: string, weight: number, argv: readonly Token[], writes: readonly string[]): Step => ({
    id,
    tool: 'ffmpeg',
    argv: [...ffmpegGlobals, ...inputs, ...argv],
    reads: names,
    writes,
    weight,
    expectedDurationMs: source.selection.durationMs ?? 0,
  });
  if (shake === null) return [step('encode', 1, encoding, [name])];
  const detecting = ['-filter_complex', shake.text, '-map', '[picture]', '-f', 'null', '-'];
  return [step('detect', 0.3, detecting, []), step('encode', 0.7, encoding, [name])];
};

/** The plan of a chain of picture filters: one graph, in two passes where a camera is steadied. */
export const planFilter: PlanFn<FilterParams> = (input) => {
  const { params, caps, hardware } = input;
  const { output_format, preset, crf } = params;
  const warnings: string[] = [];
  const warn = (text: string): void => void (warnings.includes(text) || warnings.push(text));
  const intent = transcodeIntent({ output_format, preset, crf, two_pass: false, deinterlace: 'auto' });
  const source = sourceOf(input, intent);
  const { selection, picture } = source;
  const working = workingPicture(picture, params, selection.durationMs, warn);
  const encoder = chooseEncoder(working.codec, hardware, caps, warn);
  if (encoder.device === 'gpu') warn('the filters run on the CPU, the encoder on the GPU');
  const pacing = (state: PictureState): Pacing => pacingOf(selection, intent, state, warn);
  const setting = graphSetting(input, source, working, pacing, warn);
  const { facts } = source;
  const looking = { filters: params.filters, setting, matrix: working.matrix, demuxer: facts.demuxer };
  const look = screenPlan(looking, input.measured) ?? fontPlan(params.filters, input.measured);
  if (look !== null) return look;
  for (const text of fontWarnings(params.filters, input.measured)) warn(text);
  const graph = filterGraph(params.filters, setting);
  checkSize(encoder, evenState(graph.picture));
  const shake = shakeGraph(input, setting);
  const paced = pacing(graph.picture);
  const others = otherStreams(source, intent, graph, paced, warn);
  const chapters = chaptersOf(source, input, graph.picture);
  const mastering = masteringOptions(picture, working.pixels, encoder, warn);
  const encoding = encodeArgs(source, intent, { working, encoder, graph, pacing: paced, others, chapters, mastering });
  const scratch = { ...graph.scratch, ...chapters.scratch };
  const { extension, contentType } = containerRules[output_format];
  const name = `output.${extension}`;
  const { tempo } = graph.picture;
  const frames = paced.picture === null ? graph.picture.frames : null;
  const texts = params.filters.flatMap((each) => (each.type === 'text' ? [each.params] : []));
  const expect = {
    ...(selection.durationMs === null ? {} : { durationMs: Math.round(selection.durationMs / tempo) }),
    ...(frames === null ? {} : { frames }),
    ...evenState(graph.picture),
    videoCodec: encoder.codec,
    videoStreams: 1,
    ...(others.audioCodec === null ? {} : { audioCodec: others.audioCodec }),
    audioStreams: selection.sound.length,
  };
  const plan: Plan = {
    kind: 'run',
    device: encoder.device,
    steps: stepsOf(input, source, shake, name, encoding, isClear(working) ? alphaDecoding(picture) : []),
    ...(Object.keys(scratch).length === 0 ? {} : { scratch }),
    outputs: [{ name, kind: 'file', contentType, expect, verify: 'probe' }],
    ...(texts.length === 0
      ? {}
      : { drawn: { letters: rareLetters(texts.map(({ text }) => text)), font: texts[0]?.font ?? drawnFont } }),
    warnings: [...warnings, ...chapters.warnings],
    estimate: {
      durationMs: estimateOf(encoder, graph.picture, shake ? 2 : 1),
      ...(frames === null ? {} : { frames }),
    },
  };
  return plan;
};
