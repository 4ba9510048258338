import { join } from 'node:path';
import { codecOfInit, dashCaptionPath, dashManifest, hlsCaptionFiles, hlsMaster, measurePlaylist } from '@ffapi/media';
import type { CaptionFile, HlsRendition, LadderPost, MeasuredRendition } from '@ffapi/media';
import type { BundleEntry } from './collect.ts';
import { MediaFailure } from '../media-failure.ts';
import { makeBesideTool, readToolFile, writeBesideTool } from './tool-files.ts';

/** A finished ladder in its folder. */
export interface LadderFolder {
  readonly workDir: string;
  readonly folder: string;
  /** Its manifest's name. */
  readonly main: string;
  readonly entries: readonly BundleEntry[];
}

/** By its entry alone: a playlist's own word for a path is the tool's, and could lead anywhere. */
const readEntry = ({ workDir, entries }: LadderFolder, path: string): Promise<Buffer> => {
  const entry = entries.find((each) => each.path === path);
  if (entry === undefined) throw new MediaFailure('output_invalid', { message: `${path} is missing` });
  return readToolFile(workDir, entry.absolutePath, entry.identity);
};

const measure = async (
  ladder: LadderFolder,
  rendition: HlsRendition,
  labels: LadderPost['labels'],
): Promise<MeasuredRendition> => {
  const { name } = rendition;
  const uri = `${name}/index.m3u8`;
  const playlist = (await readEntry(ladder, uri)).toString();
  const sizes = new Map(
    ladder.entries
      .filter((entry) => entry.path.startsWith(`${name}/`))
      .map((entry) => [entry.path.slice(name.length + 1), entry.sizeBytes]),
  );
  const measured = measurePlaylist(playlist, sizes);
  const [missing] = measured.missing;
  if (missing !== undefined) throw new MediaFailure('output_invalid', { message: `${name} lacks ${missing}` });
  const codec = codecOfInit(await readEntry(ladder, `${name}/${measured.initUri}`));
  if (codec === null) throw new MediaFailure('output_invalid', { message: `no codec in ${name}` });
  const label = labels[name];
  return { ...rendition, ...measured, uri, codec, ...(label ? { label } : {}) };
};

const write = async ({ workDir, folder }: LadderFolder, files: readonly CaptionFile[]): Promise<void> => {
  for (const [path, text] of files) await writeBesideTool(workDir, join(folder, path), text);
};

/** Writes a master playlist from what the segments really are; FFmpeg's own carries nominal rates. */
const finishHls = async (ladder: LadderFolder, { renditions, labels, captions }: LadderPost): Promise<void> => {
  const measured = await Promise.all(renditions.map((rendition) => measure(ladder, rendition, labels)));
  for (const track of captions) {
    await makeBesideTool(ladder.workDir, join(ladder.folder, track.name));
    await write(ladder, hlsCaptionFiles(track, 0));
  }
  await write(ladder, [[ladder.main, hlsMaster(measured, captions)]]);
};

const finishDash = async (ladder: LadderFolder, post: LadderPost): Promise<void> => {
  const muxed = (await readEntry(ladder, ladder.main)).toString();
  await write(ladder, [
    ...post.captions.map((track): CaptionFile => [dashCaptionPath(track), track.text]),
    [ladder.main, dashManifest(muxed, post)],
  ]);
};

/** Writes what the muxer could not: the manifest as players need it, and subtitles beside it. */
export const finishLadder = (ladder: LadderFolder, post: LadderPost): Promise<void> =>
  post.kind === 'hls-master' ? finishHls(ladder, post) : finishDash(ladder, post);
