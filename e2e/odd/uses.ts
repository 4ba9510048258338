import type { OperationId } from '@ffapi/contracts';
import type { Truth } from './odd-film.ts';

/** What must be true of an output; `null` is not looked at. */
export type Expected = Pick<Truth, 'seen' | 'heard'> & {
  readonly seconds: number | null;
  readonly pictures?: number | undefined;
  readonly size?: readonly [width: number, height: number] | undefined;
};

/** One operation with one set of parameters, for any input. */
export interface Use {
  readonly name: string;
  readonly operation: OperationId;
  readonly params: (truth: Truth) => Readonly<Record<string, unknown>>;
  /** The inputs that are the film, by name. */
  readonly inputs: readonly string[];
  /** The input that is a file of subtitles. */
  readonly subtitle?: string;
  readonly expect: (truth: Truth) => Expected;
  /** What is expected of flash and beep may be this much apart, in ms; EBU R37 allows 40 early and 60 late. */
  readonly apartMsMax?: number;
}

const id = 'file_aaaa';
const canvas = { width: 320, height: 180, fps: 25 };

const same = ({ seen, heard, seconds }: Truth): Expected => ({ seen, heard, seconds });
const whole = (truth: Truth): Expected => ({ ...same(truth), pictures: truth.pictures, size: truth.size });
const times = (list: readonly number[] | null, change: (seconds: number) => number) => list && list.map(change);
const faster = ({ seen, heard, seconds }: Expected & { readonly seconds: number }, factor: number): Expected => ({
  seen: times(seen, (at) => at / factor),
  heard: times(heard, (at) => at / factor),
  seconds: seconds / factor,
});
const soundOf = ({ heard, seconds, soundBegins = 0, soundEnds = seconds }: Truth) => ({
  seen: null,
  heard: times(heard, (at) => at - soundBegins),
  seconds: soundEnds - soundBegins,
});
const after = ({ seen, heard, seconds }: Truth, bySeconds: number): Expected => {
  const both = (list: readonly number[] | null) => list && [...list, ...list.map((at) => at + bySeconds)];
  return { seen: both(seen), heard: both(heard), seconds: seconds + bySeconds };
};
const nothing: Expected = { seen: null, heard: null, seconds: null };

const use = (
  name: string,
  operation: OperationId,
  params: Readonly<Record<string, unknown>> | Use['params'],
  expect: Use['expect'],
  more: Partial<Use> = {},
): Use => ({
  name,
  operation,
  params: typeof params === 'function' ? params : () => params,
  inputs: ['source'],
  expect,
  ...more,
});

const grey = { filters: [{ type: 'grayscale' }] };
const clips = { inputs: ['clips-0', 'clips-1'] };
const tracks = [{ url: id }, { url: id, volume: 0 }];

/** Every operation that takes a film or a sound, at least once. */
export const uses: readonly Use[] = [
  use('as it is', 'transcode', { output_format: 'mp4' }, whole),
  use(
    'encoded small',
    'transcode',
    { output_format: 'mp4', video_codec: 'h264', resolution: '160x90', preset: 'fast' },
    same,
  ),
  use('HEVC', 'transcode', { output_format: 'mp4', video_codec: 'hevc', preset: 'fast' }, whole),
  use('MKV', 'transcode', { output_format: 'mkv' }, whole),
  use('MOV', 'transcode', { output_format: 'mov' }, whole),
  use('WebM', 'transcode', { output_format: 'webm', preset: 'fast', resolution: '160x90' }, same),
  use('HLS', 'transcode', { output_format: 'hls', preset: 'fast' }, same),
  use('DASH', 'transcode', { output_format: 'dash', preset: 'fast' }, same),
  use('sound as MP3', 'transcode', { output_format: 'mp3' }, soundOf),
  use('a filter', 'video.filter', grey, whole),
  use('speed', 'video.filter', { filters: [{ type: 'speed', params: { factor: 2 } }] }, (truth) => faster(truth, 2), {
    apartMsMax: 35,
  }),
  use('scenes', 'video.scenes', {}, () => nothing),
  use('thumbnails', 'video.thumbnails', { count: 3, method: 'uniform' }, () => nothing),
  use('thumbnails, smart', 'video.thumbnails', { count: 2 }, () => nothing),
  use('probe', 'probe', {}, () => nothing),
  use('join', 'video.concat', { clips: [id, id], ...canvas }, (truth) => after(truth, truth.seconds), clips),
  use(
    'fade over',
    'video.concat',
    { clips: [id, id], ...canvas, crossfade: { duration: 0.2 } },
    (truth) => after(truth, truth.seconds - 0.2),
    clips,
  ),
  use('canvas', 'compose.from_urls', canvas, same, { inputs: ['video'] }),
  use(
    'time line',
    'compose.from_tracks',
    ({ seconds }) => {
      const keyframes = [{ url: id, timestamp: 1000, duration: Math.round(seconds * 1000) || 1000 }];
      return { tracks: [{ id: 'a', type: 'video', keyframes }], ...canvas };
    },
    ({ seen, heard, seconds }) => ({
      seen: times(seen, (at) => at + 1),
      heard: times(heard, (at) => at + 1),
      seconds: seconds === 0 ? null : seconds + 1,
    }),
    { inputs: ['tracks-0-keyframes-0-url'] },
  ),
  use('picture as film', 'image.to_mp4_loop', { duration: 2 }, () => nothing),
  use('burn in', 'subtitles.burn_in', { style: { position: 'top' } }, whole, { subtitle: 'subtitle' }),
  use('add a track', 'subtitles.mux', { tracks: [{ subtitle_url: id, language: 'en' }], output_format: 'mkv' }, whole, {
    subtitle: 'tracks-0-subtitle_url',
  }),
  use('take subtitles out', 'subtitles.extract', { format: 'srt' }, () => nothing),
  use('sound as WAV', 'audio.extract', { format: 'wav' }, soundOf),
  use('sound as M4A', 'audio.extract', { format: 'm4a' }, soundOf),
  use('sound as Ogg', 'audio.extract', { format: 'ogg' }, soundOf),
  use('loudness', 'audio.normalize', { target_lufs: -20, output_format: 'wav' }, soundOf),
  use('less noise', 'audio.noise_reduction', { profile: 'light', output_format: 'wav' }, soundOf),
  use('processed', 'audio.process', { gain_db: -1, output_format: 'flac' }, soundOf),
  use('tempo', 'audio.tempo', { tempo: 2, output_format: 'wav' }, (truth) =>
    faster({ ...truth, ...soundOf(truth) }, 2),
  ),
  use('mixed', 'audio.mix', { tracks, output_format: 'wav' }, soundOf, { inputs: ['tracks-0-url', 'tracks-1-url'] }),
  use('silences', 'audio.silence', { min_duration: 0.3 }, () => nothing),
  use('analysis', 'audio.analyze', {}, () => nothing),
  use('waveform', 'audio.waveform', { points: 100 }, () => nothing),
];
