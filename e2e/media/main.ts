import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createMediaExec } from '@ffapi/media-exec';
import { runBadInputs } from './bad-input.ts';
import { runConversions } from './conversions.ts';
import { runExamples } from './examples.ts';
import { openMaterial } from './material.ts';
import { runOperations } from './operations.ts';

const { values } = parseArgs({
  options: { json: { type: 'string' }, seconds: { type: 'string' }, only: { type: 'string' } },
});

const folder = await mkdtemp(join(tmpdir(), 'ffapi-e2e-media-'));
try {
  const material = await openMaterial(folder, values.seconds);
  const exec = createMediaExec({
    ffmpegPath: process.env.FFMPEG_PATH ?? '/usr/bin/ffmpeg',
    ffprobePath: process.env.FFPROBE_PATH ?? '/usr/bin/ffprobe',
    sandbox: 'required',
  });
  const say = (line: string): void => console.log(line);
  // Most of the time one thread of one tool works: two rows of cases beside each other use what else there is.
  const [converted, operated] = await Promise.all([
    (async () => [
      ...(await runConversions(exec, material.film, folder, values.only, say)),
      ...(await runBadInputs(exec, material, values.only, say)),
    ])(),
    (async () => [
      ...(await runOperations(exec, material, values.only, say)),
      ...(await runExamples(exec, material, values.only, say)),
    ])(),
  ]);
  const rows = [...converted, ...operated];
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ rows }, null, 2));
  process.exitCode = rows.length > 0 && rows.every((row) => row.misses.length === 0) ? 0 : 1;
} finally {
  if (process.env.KEEP) console.log(folder);
  else await rm(folder, { recursive: true, force: true });
}
