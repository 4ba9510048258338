import type { TranscodeIntent } from '@ffapi/contracts';
import { containerRules } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../argv/guard.ts';
import { muxerArgs } from '../argv/muxers.ts';
import { noTags, plainTags } from '../argv/tags.ts';
import type { Token } from '../argv/token.ts';
import { experimentArgs, whyNotCarried } from '../sound/carried.ts';
import type { MediaFacts, VideoFacts } from '../facts/media-facts.ts';
import { chapterPlan } from './chapters.ts';
import type { ChapterPlan } from './chapters.ts';
import { attachedArgs, coverArgs, coverStep, keptCovers } from './covers.ts';
import { lossesOf } from './losses.ts';
import { refusePlan } from '../plans/plan.ts';
import type { Expectation, Plan, Step } from '../plans/plan.ts';
import { languageArgs, pieceArgs, taggedTracks } from './track-tags.ts';
import { audioArgs, audioCodecShown, chooseAudio } from './audio-encoder.ts';
import type { AudioChoice } from './audio-encoder.ts';
import { planPicture } from './file-picture.ts';
import type { PicturePlan, PlanContext } from './file-picture.ts';
import { pacedPicture, pacedSound, soundBeginMs, whyOutOfStep, withSteadyRate } from './paced.ts';
import { numbered } from './numbered.ts';
import { framesOut } from './picture.ts';
import { carriesDisplay, endOf } from './sources.ts';
import type { Selection } from './sources.ts';
import { chooseSubtitles } from './subtitles.ts';
import type { SubtitleChoice } from './subtitles.ts';

const expectation = (
  selection: Selection,
  picture: PicturePlan | null,
  sound: readonly AudioChoice[],
  intent: TranscodeIntent,
): Expectation => {
  const source = selection.picture;
  const frames = source && framesOut(source, intent.fps, source.durationMs ?? selection.durationMs);
  return {
    ...(selection.durationMs === null ? {} : { durationMs: selection.durationMs }),
    ...(frames === null ? {} : { frames }),
    ...(picture?.framed ? { width: picture.framed.frame.width, height: picture.framed.frame.height } : {}),
    ...(picture ? { videoCodec: picture.codecShown } : {}),
    videoStreams: picture ? 1 : 0,
    ...(sound[0] ? { audioCodec: audioCodecShown(sound[0]) } : {}),
    audioStreams: sound.length,
  };
};

/** What the output is made of, stream by stream. */
interface Streams {
  readonly sourceIndex: number | null;
  readonly picture: PicturePlan | null;
  readonly sound: readonly AudioChoice[];
  readonly soundFilters: (choice: AudioChoice) => string[];
  readonly subtitles: SubtitleChoice;
  readonly covers: readonly VideoFacts[];
  /** Indexes of attached files: fonts of subtitles, mostly. */
  readonly attachments: readonly number[];
  readonly tags: readonly string[];
}

const attachmentsOf = ({ others = [] }: MediaFacts, { container }: TranscodeIntent): number[] =>
  container === 'mkv' ? others.filter(({ kind }) => kind === 'attachment').map(({ index }) => index) : [];

const chooseStreams = (
  facts: MediaFacts,
  selection: Selection,
  intent: TranscodeIntent,
  context: Omit<PlanContext, 'demuxer' | 'pace'>,
): Streams => {
  const { picture: source } = selection;
  // A track of text would be shown over the text that is drawn.
  const kept = source === null || context.drawn !== undefined ? [] : facts.subtitles;
  const subtitles = chooseSubtitles(kept, intent.container);
  const here = { ...context, demuxer: facts.demuxer, pace: pacedPicture(selection, intent) };
  const picture = source && planPicture(source, selection.durationMs, intent, here);
  if (subtitles.dropped > 0)
    context.warn(`${intent.container} cannot hold ${subtitles.dropped} of the subtitle tracks`);
  // What an edit list hides of a picture, it hides of its sound.
  const mustEncode = source !== null && source.hasHiddenPictures && !carriesDisplay(intent.container);
  const beginMs = soundBeginMs(selection, picture);
  const sound = selection.sound.map((stream) => {
    const why = whyOutOfStep(stream, selection, beginMs, intent);
    if (why !== null && intent.audio === 'copy')
      refusePlan(
        'codec_container_mismatch',
        `the sound cannot be copied: ${whyNotCarried(intent.container, stream) ?? why}`,
      );
    return chooseAudio(stream, intent, context.warn, mustEncode || why !== null);
  });
  const languageOf = (index: number) => kept.find((track) => track.index === index)?.language ?? null;
  return {
    sourceIndex: source?.index ?? null,
    picture,
    sound,
    soundFilters: (choice) => pacedSound(choice, selection, beginMs, intent),
    subtitles,
    covers: source !== null && intent.stripsMetadata ? [] : keptCovers(facts, intent.container),
    attachments: source === null || context.drawn !== undefined ? [] : attachmentsOf(facts, intent),
    tags: intent.stripsMetadata
      ? noTags(
          sound.map(({ stream }) => stream.language),
          subtitles.maps.map(languageOf),
        )
      : plainTags(intent.container),
  };
};

const analysisArgs = ({ picture }: Streams): Token[] | null =>
  picture?.analysis ? ['-map', picture.from, ...picture.analysis, '-an', '-f', 'null', '-'] : null;

const outputArgs = (
  { picture, sound, soundFilters, subtitles, covers, attachments, tags }: Streams,
  intent: TranscodeIntent,
  name: string,
  along: { readonly input: readonly Token[]; readonly args: readonly string[] },
): Token[] => {
  const areFiles = intent.container === 'mkv';
  const pictureArgs = picture?.args ?? [];
  const others = [...sound.map((choice) => choice.stream.index), ...subtitles.maps];
  return [
    ...along.input,
    ...[...(picture ? [picture.from] : []), ...others.map((index) => `0:${index}`)].flatMap((from) => ['-map', from]),
    // What encodes the film is nothing for its cover.
    ...(covers.length > 0 && picture && !areFiles ? numbered(pictureArgs, 0) : pictureArgs),
    ...sound.flatMap((choice, n) => audioArgs(choice, n, intent.audioBitrate, soundFilters(choice))),
    ...subtitles.args,
    ...experimentArgs(intent.container, sound.map(audioCodecShown)),
    ...(areFiles ? [] : coverArgs(covers, picture ? 1 : 0)),
    ...attachments.flatMap((index) => ['-map', `0:${index}`]),
    ...(attachments.length === 0 ? [] : ['-c:t', 'copy']),
    ...(areFiles ? attachedArgs(covers, attachments.length) : []),
    ...tags,
    ...along.args,
    ...muxerArgs(intent.container),
    { out: name },
  ];
};

/** Chapters and names of tracks; says what the output does not get. */
const goesAlong = (
  facts: MediaFacts,
  selection: Selection,
  { container, stripsMetadata }: TranscodeIntent,
  { sourceIndex, sound, subtitles, covers, attachments }: Streams,
  { warn, over }: Pick<PlanContext, 'warn' | 'over'>,
): Pick<ChapterPlan, 'input' | 'args' | 'scratch'> => {
  const chapters = stripsMetadata ? [] : (facts.chapters ?? []);
  const chosen = chapterPlan({ chapters, container, inputs: over ? 2 : 1, lengthMs: endOf(selection) });
  const tracks = sound.map(({ stream }) => stream);
  const languages = languageArgs(taggedTracks(facts, tracks, subtitles.maps), container, warn);
  const streams = [sourceIndex ?? [], tracks.map(({ index }) => index), covers.map(({ index }) => index), attachments];
  const kept = { container, streams: streams.flat(), isFilm: sourceIndex !== null };
  for (const text of [...lossesOf(facts, kept), ...chosen.warnings]) warn(text);
  const [first] = tracks;
  return {
    ...chosen,
    input: [...(over?.input ?? []), ...chosen.input],
    args: [...(first && !stripsMetadata ? pieceArgs(facts, first) : []), ...languages, ...chosen.args],
  };
};

/** A plan for one file: copied where nothing changes, otherwise encoded in one or two passes. */
export const planFile = (
  facts: MediaFacts,
  selection: Selection,
  asked: TranscodeIntent,
  context: Omit<PlanContext, 'warn' | 'demuxer' | 'pace'>,
): Plan => {
  const warnings: string[] = [];
  const warn = (text: string): void => void (warnings.includes(text) || warnings.push(text));
  const intent = withSteadyRate(selection, asked, warn);
  const streams = chooseStreams(facts, selection, intent, { ...context, warn });
  const { picture, sound } = streams;
  const along = goesAlong(facts, selection, intent, streams, { ...context, warn });
  const rules = containerRules[intent.container];
  const name = `output.${rules.extension}`;
  const input = guardedInput('source', facts.demuxer, picture?.input);
  const step = (id: string, weight: number, argv: readonly Token[], writes: readonly string[]): Step => ({
    id,
    tool: 'ffmpeg',
    argv: [...ffmpegGlobals, ...input, ...argv],
    reads: ['source'],
    writes,
    weight,
    expectedDurationMs: selection.durationMs ?? 0,
  });
  const analysis = analysisArgs(streams);
  const areAttached = intent.container === 'mkv' && streams.covers.length > 0;
  const steps = [
    ...(areAttached ? [coverStep(facts, streams.covers)] : []),
    ...(analysis ? [step('analyse', 0.4, analysis, [])] : []),
    step('encode', analysis ? 0.6 : 1, outputArgs(streams, intent, name, along), [name]),
  ];
  const expect = expectation(selection, picture, sound, intent);
  return {
    kind: 'run',
    device: picture?.device ?? 'cpu',
    ...(picture && picture.decoding.length > 0 ? { decodesOnGpu: true } : {}),
    steps,
    ...(Object.keys(along.scratch).length === 0 ? {} : { scratch: along.scratch }),
    outputs: [{ name, kind: 'file', contentType: rules.contentType, expect, verify: 'probe' }],
    warnings,
    estimate: {
      durationMs: (picture?.estimateMs ?? 0) * (analysis ? 2 : 1) + 500,
      ...(expect.frames === undefined ? {} : { frames: expect.frames }),
    },
  };
};
