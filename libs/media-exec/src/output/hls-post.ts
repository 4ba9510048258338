import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codecOfInit, hlsMaster, measurePlaylist } from '@ffapi/media';
import type { HlsRendition, MeasuredRendition } from '@ffapi/media';
import type { BundleEntry } from './collect.ts';
import { MediaFailure } from '../media-failure.ts';

const measure = async (
  folder: string,
  entries: readonly BundleEntry[],
  rendition: HlsRendition,
): Promise<MeasuredRendition> => {
  const uri = `${rendition.name}/index.m3u8`;
  const playlist = await readFile(join(folder, uri), 'utf8');
  const sizes = new Map(
    entries
      .filter((entry) => entry.path.startsWith(`${rendition.name}/`))
      .map((entry) => [entry.path.slice(rendition.name.length + 1), entry.sizeBytes]),
  );
  const measured = measurePlaylist(playlist, sizes);
  if (measured.missing.length > 0)
    throw new MediaFailure('output_invalid', { message: `${rendition.name} lacks ${measured.missing[0]}` });
  const init = await readFile(join(folder, rendition.name, measured.initUri));
  const codec = codecOfInit(init);
  if (codec === null) throw new MediaFailure('output_invalid', { message: `no codec in ${rendition.name}` });
  return { ...rendition, ...measured, uri, codec };
};

/** Writes a master playlist from what the segments really are; FFmpeg's own carries nominal rates. */
export const writeHlsMaster = async (
  folder: string,
  main: string,
  entries: readonly BundleEntry[],
  renditions: readonly HlsRendition[],
): Promise<void> => {
  const measured = await Promise.all(renditions.map((rendition) => measure(folder, entries, rendition)));
  await writeFile(join(folder, main), hlsMaster(measured));
};
