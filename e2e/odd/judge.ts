import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunOutcome } from '@ffapi/media-exec';
import { tool } from '../media/measure.ts';
import type { Truth } from './odd-film.ts';
import type { Expected } from './uses.ts';

export interface Measured {
  readonly seen: readonly number[];
  readonly heard: readonly number[];
}

const numbers = (text: string, pattern: RegExp): number[] => [...text.matchAll(pattern)].map(([, at]) => Number(at));
const manifest = ['-allowed_extensions', 'ALL'];
const opened = (path: string): string[] => [...(/\.(m3u8|mpd)$/.test(path) ? manifest : []), '-i', path];

/** Its middle tells: there is the picture, whatever frame it lies in. A length of 0 counts what shows to the very end. */
const flashing = 'crop=max(iw/80\\,2):max(ih/80\\,2),negate,blackdetect=d=0:pix_th=0.3';
const beeping = 'aresample=async=1:first_pts=0,silencedetect=n=-34dB:d=0.05';

/**
 * Flashes and beeps of a file, in seconds after its start; none where it has no such stream or should have none. Picture
 * and sound are decoded by one process: alone, each stream of a TS would begin at 0.
 */
export const measure = async (path: string, { seen, heard }: Pick<Truth, 'seen' | 'heard'>): Promise<Measured> => {
  const picture = ['-map', '0:v:0?', '-vf', flashing, '-f', 'null', '-'];
  const sound = ['-map', '0:a:0?', '-af', beeping, '-f', 'null', '-'];
  const wanted = [...(seen === null ? [] : picture), ...(heard === null ? [] : sound)];
  if (wanted.length === 0) return { seen: [], heard: [] };
  const said = await tool('ffmpeg', ['-nostats', ...opened(path), ...wanted]).catch(() => ({ stderr: '' }));
  return {
    seen: numbers(said.stderr, /black_start:([\d.]+)/g),
    // What still sounds at the very end is no beep.
    heard: numbers(said.stderr, /silence_end: ([\d.]+)/g).slice(0, (heard?.length ?? 0) + 1),
  };
};

interface Shown {
  readonly seconds: number;
  readonly pictures: number;
  readonly size: readonly [number, number] | null;
}

interface Stream {
  readonly codec_type: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

const shownSize = ({ width = 0, height = 0, sample_aspect_ratio: ratio, side_data_list }: Stream): [number, number] => {
  const [num = 1, den = 1] = (ratio ?? '1:1').split(':').map(Number);
  const wide = num > 0 && den > 0 ? Math.round((width * num) / den) : width;
  const rotation = side_data_list?.find((side) => side.rotation !== undefined)?.rotation ?? 0;
  return Math.abs(rotation) % 180 === 90 ? [height, wide] : [wide, height];
};

/** FFmpeg ends a DASH set with the shortest of its texts: a copy without them, beside it. */
const withoutTexts = async (path: string): Promise<string> => {
  if (!path.endsWith('.mpd')) return path;
  const bare = join(dirname(path), 'without-texts.mpd');
  const listed = await readFile(path, 'utf8');
  await writeFile(bare, listed.replaceAll(/<AdaptationSet [^>]*contentType="text"[^]*?<\/AdaptationSet>/g, ''));
  return bare;
};

const shownOf = async (given: string): Promise<Shown> => {
  const path = await withoutTexts(given);
  const entries =
    'packet=codec_type,pts_time,duration_time,flags:stream=codec_type,width,height,sample_aspect_ratio:stream_side_data=rotation';
  const argv = ['-v', 'error', '-show_entries', entries, '-of', 'json', ...opened(path)];
  const { packets, streams } = JSON.parse((await tool('ffprobe', argv)).stdout) as {
    readonly packets: readonly { codec_type: string; pts_time?: string; duration_time?: string; flags: string }[];
    readonly streams: readonly Stream[];
  };
  // What an edit list hides is in the file, and not shown.
  const shown = packets.filter(({ flags }) => !flags.includes('D'));
  const timed = shown.filter(({ codec_type: type, pts_time: at }) => at !== undefined && type !== 'subtitle');
  const starts = timed.map(({ pts_time: at }) => Number(at));
  const ends = timed.map(({ pts_time: at, duration_time: length }) => Number(at) + (Number(length) || 0));
  const picture = streams.find(({ codec_type: type }) => type === 'video');
  return {
    seconds: Math.max(...ends) - Math.min(...starts),
    pictures: shown.filter(({ codec_type: type }) => type === 'video').length,
    size: picture ? shownSize(picture) : null,
  };
};

const ms = (seconds: number): number => Math.round(seconds * 1000);

const offBy = (what: string, found: readonly number[], wanted: readonly number[], offMsMax: number): string[] => {
  if (found.length < wanted.length || found.length > wanted.length + (what === 'beeps' ? 1 : 0))
    return [`${what} at ${found.join(' ')}, not ${wanted.join(' ')}`];
  const off = wanted.map((at, n) => ms((found[n] ?? Infinity) - at));
  return off.some((each) => Math.abs(each) > offMsMax)
    ? [`${what} at ${found.join(' ')}: ${off.join(' ')} ms off`]
    : [];
};

/** By how much a film is not quite what is said of it; more than this is the measure's fault. */
const ownOffMax = 0.1;

/** How far flash and beep have moved against each other on the way, in ms. */
const movedApart = (made: Measured, expected: Expected, source: Measured, truth: Truth): number => {
  const [seen, heard] = [expected.seen ?? [], expected.heard ?? []];
  const sourceOff = (found: readonly number[], wanted: readonly number[] | null, n: number): number => {
    if (!wanted || wanted.length === 0) return 0;
    const off = (found[n % wanted.length] ?? Infinity) - (wanted[n % wanted.length] ?? 0);
    return Math.abs(off) <= ownOffMax ? off : 0;
  };
  const apart = seen.slice(0, heard.length).map((at, n) => {
    const offNow = (made.heard[n] ?? 0) - (heard[n] ?? 0) - ((made.seen[n] ?? 0) - at);
    const offThen = sourceOff(source.heard, truth.heard, n) - sourceOff(source.seen, truth.seen, n);
    return ms(Math.abs(offNow - offThen));
  });
  return Math.max(0, ...apart);
};

export interface Judged {
  readonly truth: Truth;
  readonly expected: Expected;
  readonly source: Measured;
  readonly apartMsMax: number;
}

/** What is wrong with what was made, in words. */
export const judge = async (
  outcome: RunOutcome,
  { truth, expected, source, apartMsMax }: Judged,
): Promise<string[]> => {
  const [artifact] = outcome.artifacts;
  if (!artifact || (expected.seconds === null && expected.seen === null && expected.heard === null)) return [];
  const path = artifact.kind === 'bundle' ? join(artifact.path, artifact.main ?? '') : artifact.path;
  const made = await measure(path, expected);
  const pictureMs = ms(truth.pictureSeconds ?? 0.04);
  const grainMs = ms(truth.soundFrameSeconds ?? 0);
  const seen =
    expected.seen === null ? [] : offBy('flashes', made.seen, expected.seen, Math.max(80, pictureMs + 40) + grainMs);
  const heard = expected.heard === null ? [] : offBy('beeps', made.heard, expected.heard, 80 + grainMs);
  const apart = seen.length + heard.length > 0 ? 0 : movedApart(made, expected, source, truth);
  const shown = await shownOf(path);
  const offMs = expected.seconds === null ? 0 : ms(shown.seconds - expected.seconds);
  const { pictures, size } = expected;
  // Each clip of several is a little longer than is said of it.
  const pieces = Math.max(1, Math.round((expected.seconds ?? 0) / (truth.seconds || 1)));
  const isSize = (side: 0 | 1): boolean => Math.abs((shown.size?.[side] ?? 0) - (size?.[side] ?? 0)) <= 2;
  return [
    ...seen,
    ...heard,
    ...(apart > apartMsMax + (pictureMs > 40 ? pictureMs : 0) ? [`flash and beep ${apart} ms apart`] : []),
    ...(Math.abs(offMs) > pieces * (pictureMs + 60 + 2 * grainMs)
      ? [`lasts ${ms(shown.seconds)} instead of ${ms(expected.seconds ?? 0)} ms`]
      : []),
    ...(pictures !== undefined && shown.pictures !== pictures ? [`${shown.pictures} pictures, not ${pictures}`] : []),
    ...(size && !(isSize(0) && isSize(1)) ? [`shown as ${shown.size?.join('x')}, not ${size.join('x')}`] : []),
  ];
};
