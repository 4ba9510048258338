import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createMediaExec } from '@ffapi/media-exec';
import { sideBySide } from '../side-by-side.ts';
import { badInputTasks } from './bad-input.ts';
import { conversionTasks } from './conversions.ts';
import { exampleTasks } from './examples.ts';
import { openMaterial } from './material.ts';
import type { Row } from './media-task.ts';
import { operationTasks } from './operations.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string' },
    /** Every so many-th task only. */
    every: { type: 'string', default: '1' },
  },
});

/** While one of them waits for a tool to start, or for one thread of it, the others keep the cores busy. */
const cores = availableParallelism();
const atATime = cores + 1;

const folder = await mkdtemp(join(tmpdir(), 'ffapi-e2e-media-'));
try {
  const material = await openMaterial(folder, values.seconds);
  const exec = createMediaExec({
    ffmpegPath: process.env.FFMPEG_PATH ?? '/usr/bin/ffmpeg',
    ffprobePath: process.env.FFPROBE_PATH ?? '/usr/bin/ffprobe',
    sandbox: 'required',
  });
  const tasks = [conversionTasks, operationTasks, badInputTasks, exampleTasks]
    .flatMap((tasksOf) => tasksOf(exec, material))
    .filter((_, n) => n % Number(values.every) === 0)
    .filter(({ name }) => values.only === undefined || name.includes(values.only));
  console.log(`${tasks.length} tasks, ${atATime} at a time on ${cores} cores`);
  const rows: Row[] = [];
  await sideBySide(tasks, atATime, async ({ name, run }) => {
    const { row, told } = await run().catch((error: unknown) => ({ row: { name, misses: [String(error)] }, told: '' }));
    rows.push(row);
    console.log(`${name.padEnd(64)}  ${row.misses.length === 0 ? 'ok' : row.misses.join('; ')}  ${told}`.trimEnd());
  });
  const missed = rows.filter(({ misses }) => misses.length > 0).length;
  console.log(`${rows.length} tasks: ${rows.length - missed} right, ${missed} wrong`);
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ rows }, null, 2));
  process.exitCode = rows.length > 0 && missed === 0 ? 0 : 1;
} finally {
  if (process.env.KEEP) console.log(folder);
  else await rm(folder, { recursive: true, force: true });
}
