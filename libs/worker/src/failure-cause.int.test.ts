import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput, type PlanFn } from '@ffapi/media';
import { createMediaExec } from '@ffapi/media-exec';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { classifyMediaFailure } from './run-operation.ts';

let root = '';
let clip = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ffapi-cause-'));
  clip = join(root, 'clip.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', clip]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const exec = createMediaExec({ ffmpegPath: '/usr/bin/ffmpeg', ffprobePath: '/usr/bin/ffprobe', sandbox: 'required' });

/** A plan that FFmpeg cannot carry out, whatever its version. */
const failing =
  (filter: string): PlanFn =>
  ({ facts }) => ({
    kind: 'run',
    device: 'cpu',
    steps: [
      {
        id: 'encode',
        tool: 'ffmpeg',
        argv: [
          ...ffmpegGlobals,
          ...guardedInput('source', facts.source?.demuxer ?? ''),
          '-vf',
          filter,
          '-f',
          'null',
          '-',
        ],
        reads: ['source'],
        writes: [],
        weight: 1,
        expectedDurationMs: 1_000,
      },
    ],
    outputs: [],
    warnings: [],
    estimate: { durationMs: 100 },
  });

const failureOf = async (filter: string): Promise<Failure | null> => {
  const { facts } = await exec.probe(clip);
  const running = exec.run({
    operation: 'transcode',
    plan: failing(filter),
    params: {},
    inputs: { source: { path: clip, facts } },
    workDir: await mkdtemp(join(root, 'work-')),
    hardware: 'cpu',
    signal: new AbortController().signal,
  });
  return running.then(
    () => null,
    (error: unknown) => classifyMediaFailure(error),
  );
};

it('a tool that fails twice alike has one cause, in whatever folder and at whatever address', async () => {
  const [first, second, other] = [
    await failureOf('crop=999:999'),
    await failureOf('crop=999:999'),
    await failureOf('scale=nonsense'),
  ];
  expect(first).toMatchObject({ code: 'ffmpeg_failed', retryable: true });
  expect(first?.details?.cause).toEqual(expect.stringContaining('ffmpeg_failed, exit '));
  expect(second?.details?.cause).toBe(first?.details?.cause);
  expect(other?.details?.cause).not.toBe(first?.details?.cause);
});
