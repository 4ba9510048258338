import type { SubtitlesMuxParams } from '@ffapi/contracts';
import { containerRules } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../../argv/guard.ts';
import { plainTags } from '../../../argv/tags.ts';
import type { Token } from '../../../argv/token.ts';
import { pictureOf } from '../../../facts/media-facts.ts';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { experimentArgs } from '../../../sound/carried.ts';
import { refusePlan } from '../../plan.ts';
import type { Plan, PlanFn, PlannedOutput, Step } from '../../plan.ts';
import { chooseSubtitles } from '../../../encode/subtitles.ts';
import { chooseContainer } from './container.ts';
import type { MuxFormat } from './container.ts';
import { checkCounts, checkPicture, countStep, streamsStep } from './finished-file.ts';
import { metadataFile } from './metadata.ts';
import { trackFiles } from './track-files.ts';
import type { TrackFile } from './track-files.ts';

const metadataName = 'names.txt';
const tracksName = 'tracks.mkv';
const muxers: Readonly<Record<MuxFormat, readonly string[]>> = {
  mp4: ['-movflags', '+faststart', '-f', 'mp4'],
  mkv: ['-f', 'matroska'],
  webm: ['-f', 'webm'],
};
const demuxers: Readonly<Record<MuxFormat, string>> = { mp4: 'mov', mkv: 'matroska', webm: 'matroska' };

/** AVI stores no times, programme and transport streams not of every picture; Matroska must have them. */
const untimed = ['avi', 'mpeg', 'mpegts'];
const generatedTimes = (demuxer: string): string[] => (untimed.includes(demuxer) ? ['-fflags', '+genpts'] : []);

interface Work {
  readonly source: MediaFacts;
  readonly format: MuxFormat;
  readonly tracks: readonly TrackFile[];
  readonly output: PlannedOutput;
}

/** A file of our own writing as an input. */
const scratchInput = (name: string, demuxer: string): Token[] => [
  '-protocol_whitelist',
  'file',
  '-f',
  demuxer,
  '-i',
  { scratch: name },
];

const ownStreams = ({ source, format }: Work): { maps: string[]; subtitles: ReturnType<typeof chooseSubtitles> } => {
  const pictures = source.video.filter((stream) => !stream.isAttachedPicture || format === 'mp4');
  const subtitles = chooseSubtitles(source.subtitles, format);
  const indexes = [...pictures, ...source.audio].map(({ index }) => index);
  return { maps: [...indexes, ...subtitles.maps].flatMap((index) => ['-map', `0:${index}`]), subtitles };
};

/** The new tracks with their names in a file of their own: streams that come from there keep them, as all others keep theirs. */
const tracksStep = ({ format, tracks }: Work): Step => ({
  id: 'tracks',
  tool: 'ffmpeg',
  argv: [
    ...ffmpegGlobals,
    ...scratchInput(metadataName, 'ffmetadata'),
    ...tracks.flatMap(({ name, demuxer }) => scratchInput(name, demuxer)),
    ...tracks.flatMap((_, n) => ['-map', `${n + 1}:s:0`, `-map_metadata:s:s:${n}`, `0:s:${n}`]),
    '-c:s',
    'copy',
    '-f',
    format === 'webm' ? 'webm' : 'matroska',
    { scratch: tracksName },
  ],
  reads: [],
  writes: [],
  weight: 0.1,
  expectedDurationMs: 0,
});

const trackArgs = (tracks: readonly TrackFile[], before: number): string[] => {
  const hasDefault = tracks.some(({ isDefault }) => isDefault);
  return [
    ...(hasDefault ? Array.from({ length: before }, (_, n) => [`-disposition:s:${n}`, '-default']).flat() : []),
    ...tracks.flatMap(({ codec, isDefault }, n) => [
      `-c:s:${before + n}`,
      codec,
      `-disposition:s:${before + n}`,
      isDefault ? 'default' : '0',
    ]),
  ];
};

const muxStep = (work: Work): Step => {
  const { source, format, tracks, output } = work;
  const own = ownStreams(work);
  return {
    id: 'mux',
    tool: 'ffmpeg',
    argv: [
      ...ffmpegGlobals,
      // A source that is cut off must not come out shorter beside tracks of the full length.
      '-xerror',
      ...guardedInput('source', source.demuxer, generatedTimes(source.demuxer)),
      // The first cue is not the beginning.
      '-seek_timestamp',
      '1',
      ...scratchInput(tracksName, 'matroska'),
      ...own.maps,
      '-map',
      '1:s',
      ...(format === 'mkv' ? ['-map', '0:t?', '-c:t', 'copy'] : []),
      '-map_metadata',
      '0',
      '-map_chapters',
      '0',
      '-c:v',
      'copy',
      '-c:a',
      'copy',
      ...own.subtitles.args,
      ...trackArgs(tracks, own.subtitles.maps.length),
      ...experimentArgs(
        format,
        source.audio.map(({ codec }) => codec),
      ),
      ...plainTags(format),
      '-max_muxing_queue_size',
      '4096',
      ...muxers[format],
      { out: output.name },
    ],
    reads: ['source'],
    writes: [output.name],
    weight: 0.7,
    expectedDurationMs: source.durationMs ?? 0,
  };
};

const plannedOutput = (source: MediaFacts, format: MuxFormat): PlannedOutput => {
  const { extension, contentType } = containerRules[format];
  const [picture, sound] = [pictureOf(source), source.audio[0]];
  return {
    name: `output.${extension}`,
    kind: 'file',
    contentType,
    expect: {
      ...(picture?.durationMs ? { durationMs: Math.max(picture.durationMs, source.durationMs ?? 0) } : {}),
      ...(picture ? { videoCodec: picture.codec } : {}),
      ...(sound ? { audioCodec: sound.codec } : {}),
      audioStreams: source.audio.length,
    },
    verify: 'probe',
  };
};

const planOf = (work: Work, more: Pick<Plan, 'kind' | 'steps'> & Partial<Plan>): Plan => ({
  device: 'cpu',
  outputs: [],
  warnings: [],
  estimate: { durationMs: 500 + (work.source.durationMs ?? 0) / 500 },
  ...more,
});

/** Subtitle tracks beside copied streams: muxed, counted in the finished file, and only then called done. */
export const planSubtitlesMux: PlanFn<SubtitlesMuxParams> = ({ params, facts, measured }) => {
  const source = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  if (pictureOf(source) === null) refusePlan('media_no_video_stream', 'subtitles are shown with a picture');
  const format = chooseContainer(source, params.output_format);
  const tracks = trackFiles(params, facts, format);
  const work: Work = { source, format, tracks, output: plannedOutput(source, format) };
  const { name } = work.output;
  if (measured.packets === undefined) {
    const texts = Object.fromEntries(tracks.map((track) => [track.name, track.content]));
    return planOf(work, {
      kind: 'measure',
      steps: [tracksStep(work), muxStep(work), countStep(demuxers[format], name), streamsStep(demuxers[format], name)],
      scratch: { [metadataName]: metadataFile(tracks), ...texts },
    });
  }
  checkCounts(tracks, String(measured.packets));
  checkPicture(source, String(measured.streams));
  const { dropped } = chooseSubtitles(source.subtitles, format);
  const losesCover = format !== 'mp4' && source.video.some((stream) => stream.isAttachedPicture);
  return planOf(work, {
    kind: 'run',
    steps: [],
    outputs: [work.output],
    result: { tracks: tracks.map(({ cues, charset, language, title }) => ({ cues, charset, language, title })) },
    warnings: [
      ...tracks.flatMap(({ notes }, n) => notes.map((note) => `track ${n}: ${note}`)),
      ...(dropped > 0 ? [`${format} cannot hold ${dropped} of the video's own subtitle tracks`] : []),
      ...(losesCover ? [`${format} cannot hold the cover picture as MP4 does; it is left out`] : []),
    ],
  });
};
