import { join } from 'node:path';
import { codecOfInit, hlsMaster, measurePlaylist } from '@ffapi/media';
import type { HlsRendition, MeasuredRendition } from '@ffapi/media';
import type { BundleEntry } from './collect.ts';
import { MediaFailure } from '../media-failure.ts';
import { readToolFile, writeBesideTool } from './tool-files.ts';

const measure = async (
  workDir: string,
  entries: readonly BundleEntry[],
  rendition: HlsRendition,
): Promise<MeasuredRendition> => {
  const lacks = (path: string): never => {
    throw new MediaFailure('output_invalid', { message: `${rendition.name} lacks ${path}` });
  };
  // By its entry alone: the playlist's own word for a path is the tool's, and could lead anywhere.
  const read = (path: string): Promise<Buffer> => {
    const entry = entries.find((each) => each.path === `${rendition.name}/${path}`) ?? lacks(path);
    return readToolFile(workDir, entry.absolutePath, entry.identity);
  };
  const uri = `${rendition.name}/index.m3u8`;
  const playlist = (await read('index.m3u8')).toString();
  const sizes = new Map(
    entries
      .filter((entry) => entry.path.startsWith(`${rendition.name}/`))
      .map((entry) => [entry.path.slice(rendition.name.length + 1), entry.sizeBytes]),
  );
  const measured = measurePlaylist(playlist, sizes);
  if (measured.missing[0] !== undefined) lacks(measured.missing[0]);
  const codec = codecOfInit(await read(measured.initUri));
  if (codec === null) throw new MediaFailure('output_invalid', { message: `no codec in ${rendition.name}` });
  return { ...rendition, ...measured, uri, codec };
};

/** Writes a master playlist from what the segments really are; FFmpeg's own carries nominal rates. */
export const writeHlsMaster = async (
  workDir: string,
  folder: string,
  main: string,
  entries: readonly BundleEntry[],
  renditions: readonly HlsRendition[],
): Promise<void> => {
  const measured = await Promise.all(renditions.map((rendition) => measure(workDir, entries, rendition)));
  await writeBesideTool(workDir, join(folder, main), hlsMaster(measured));
};
