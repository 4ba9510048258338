import { join } from 'node:path';
import {
  dashCaptionPath,
  dashManifest,
  hlsCaptionFiles,
  hlsMaster,
  keyframePlaylist,
  measurePlaylist,
  segmentsIn,
} from '@ffapi/media';
import type { CaptionFile, HlsRendition, KeyframePlaylist, LadderPost, MeasuredRendition } from '@ffapi/media';
import type { BundleEntry } from './collect.ts';
import { MediaFailure } from '../media-failure.ts';
import { fragmentReader, transportReader } from './segments.ts';
import type { SegmentReader } from './segments.ts';
import { makeBesideTool, readToolFile, writeBesideTool } from './tool-files.ts';

/** A finished ladder in its folder. */
export interface LadderFolder {
  readonly workDir: string;
  readonly folder: string;
  /** Its manifest's name. */
  readonly main: string;
  /** By path inside of the folder. */
  readonly entries: ReadonlyMap<string, BundleEntry>;
}

/** By its entry alone: a playlist's own word for a path is the tool's, and could lead anywhere. */
const entryAt = ({ entries }: LadderFolder, path: string): BundleEntry => {
  const entry = entries.get(path);
  if (entry === undefined) throw new MediaFailure('output_invalid', { message: `the ladder lacks ${path}` });
  return entry;
};

const readText = async (ladder: LadderFolder, path: string): Promise<string> => {
  const { absolutePath, identity } = entryAt(ladder, path);
  return (await readToolFile(ladder.workDir, absolutePath, identity)).toString();
};

const write = async ({ workDir, folder }: LadderFolder, files: readonly CaptionFile[]): Promise<void> => {
  for (const [path, text] of files) await writeBesideTool(workDir, join(folder, path), text);
};

interface Segment {
  readonly uri: string;
  readonly seconds: number;
  readonly entry: BundleEntry;
}

/** One rendition as it lies in its folder. */
interface Laid {
  readonly rendition: HlsRendition;
  readonly playlist: string;
  readonly initUri: string | null;
  readonly segments: readonly Segment[];
  readonly reader: SegmentReader;
}

const layOut = async (ladder: LadderFolder, rendition: HlsRendition): Promise<Laid> => {
  const { name } = rendition;
  const playlist = await readText(ladder, `${name}/index.m3u8`);
  const initUri = /#EXT-X-MAP:URI="([^"]+)"/.exec(playlist)?.[1] ?? null;
  const segments = segmentsIn(playlist).map((segment) => ({
    ...segment,
    entry: entryAt(ladder, `${name}/${segment.uri}`),
  }));
  const [first] = segments;
  if (first === undefined) throw new MediaFailure('output_invalid', { message: `${name} has no segment` });
  const reader =
    initUri === null
      ? transportReader(ladder.workDir, first.entry)
      : await fragmentReader(ladder.workDir, entryAt(ladder, `${name}/${initUri}`));
  return { rendition, playlist, initUri, segments, reader };
};

const measure = async (
  { rendition, playlist, segments, reader }: Laid,
  keyframes: KeyframePlaylist | null,
  labels: LadderPost['labels'],
): Promise<MeasuredRendition> => {
  const { name } = rendition;
  const measured = measurePlaylist(playlist, new Map(segments.map(({ uri, entry }) => [uri, entry.sizeBytes])));
  const [missing] = measured.missing;
  if (missing !== undefined) throw new MediaFailure('output_invalid', { message: `${name} lacks ${missing}` });
  const codec = await reader.codec();
  if (codec === null) throw new MediaFailure('output_invalid', { message: `no codec in ${name}` });
  const label = labels[name];
  return {
    ...rendition,
    ...measured,
    uri: `${name}/index.m3u8`,
    codec,
    ...(label ? { label } : {}),
    ...(keyframes ? { keyframes: { uri: `${name}/keyframes.m3u8`, peakBitrate: keyframes.peakBitrate } } : {}),
  };
};

const keyframesOf = async ({ rendition, segments, initUri, reader }: Laid): Promise<KeyframePlaylist | null> => {
  if (rendition.role !== 'video') return null;
  const found = [];
  for (const { uri, seconds, entry } of segments)
    found.push({ uri, seconds, keyframes: await reader.keyframes(entry) });
  return keyframePlaylist(found, initUri);
};

const beginningOf = async (laid: Laid | undefined): Promise<number> => {
  const first = laid?.segments[0];
  return laid && first ? ((await laid.reader.beginning(first.entry)) ?? 0) : 0;
};

/** Writes a master playlist from what the segments really are; FFmpeg's own carries nominal rates. */
const finishHls = async (ladder: LadderFolder, { renditions, labels, captions }: LadderPost): Promise<void> => {
  const measured: MeasuredRendition[] = [];
  const all = await Promise.all(renditions.map((rendition) => layOut(ladder, rendition)));
  for (const laid of all) {
    const keyframes = await keyframesOf(laid);
    const rendition = await measure(laid, keyframes, labels);
    measured.push(rendition);
    if (keyframes && rendition.keyframes) await write(ladder, [[rendition.keyframes.uri, keyframes.text]]);
  }
  const beginning = captions.length === 0 ? 0 : await beginningOf(all[0]);
  for (const track of captions) {
    await makeBesideTool(ladder.workDir, join(ladder.folder, track.name));
    await write(ladder, hlsCaptionFiles(track, beginning));
  }
  await write(ladder, [[ladder.main, hlsMaster(measured, captions)]]);
};

const finishDash = async (ladder: LadderFolder, post: LadderPost): Promise<void> => {
  const muxed = await readText(ladder, ladder.main);
  await write(ladder, [
    ...post.captions.map((track): CaptionFile => [dashCaptionPath(track), track.text]),
    [ladder.main, dashManifest(muxed, post)],
  ]);
};

/** Writes what the muxer could not: the manifest as players need it, and subtitles beside it. */
export const finishLadder = (ladder: LadderFolder, post: LadderPost): Promise<void> =>
  post.kind === 'hls-master' ? finishHls(ladder, post) : finishDash(ladder, post);
