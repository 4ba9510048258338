import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgressBlock, Step, ToolName } from '@ffapi/media';
import { expect, it } from 'vitest';
import { failureOf, file, folder, stub } from '../fixtures/scratch.ts';
import { progressMeter, type Progress } from '../progress.ts';
import { defaultLimits } from '../run-limits.ts';
import { runSteps, type StepContext } from '../run-steps.ts';
import { createSandbox } from '../sandbox/create-sandbox.ts';
import { ffmpeg, toolDefinitions, type ToolDefinition, type ToolDefinitions } from './index.ts';

/** Counts the bytes of a file, with reports of its own; it objects to files of that name, and gives up on others. */
const script = `
echo 40 of 100
case "$1" in odd) echo 'tally: odd' >&2;; torn) echo 'tally: torn' >&2; exit 3;; lost) exit 4;; esac
test -e /fonts && echo 'tally: fonts' >&2
wc -c < "$2" > count.txt
echo 100 of 100
`;
const path = await stub(script);

const block = (percent: number): ProgressBlock => ({
  frame: null,
  fps: null,
  speed: null,
  outTimeMs: percent,
  sizeBytes: null,
  isEnd: percent === 100,
});

const tally: ToolDefinition = {
  setting: 'TALLY_PATH',
  package: 'tally',
  path: () => path,
  accepts: ([word]) => word !== 'all',
  resolve: (_, threads) => ({ threads, decoderThreads: 1, filterThreads: 1 }),
  extras: [],
  memoryBytes: () => 64 * 1024 * 1024,
  words: [[/tally: torn/, 'media_truncated']],
  codes: { ...ffmpeg.codes, failed: 'worker_failed' },
  readProgress: (text) => {
    const end = text.lastIndexOf('\n') + 1;
    const lines = text.slice(0, end).split('\n').filter(Boolean);
    return { blocks: lines.map((line) => block(Number.parseInt(line, 10))), rest: text.slice(end) };
  },
  isComplaint: (line) => line.startsWith('tally: '),
};
const definitions = { ...toolDefinitions, tally };

const source = await file('four.txt', 'four');

const run = async (word: string, more: Partial<StepContext> = {}) => {
  const workDir = await folder();
  await mkdir(join(workDir, 'scratch'));
  const reports: Progress[] = [];
  const step: Step = {
    id: 'count',
    tool: 'tally' as ToolName,
    argv: [word, { in: 'source' }],
    reads: ['source'],
    writes: [],
    weight: 1,
    expectedDurationMs: 100,
    capture: { name: 'count', from: { scratch: 'count.txt' } },
  };
  const context: StepContext = {
    memoryBytes: Infinity,
    isOnGpu: false,
    tools: { sandbox: createSandbox({ sandbox: 'required', fontsDir: '/usr/share/fonts' }) },
    definitions,
    mounts: { inputs: { source }, workDir },
    limits: defaultLimits,
    signal: new AbortController().signal,
    meter: progressMeter(
      (report) => void reports.push(report),
      () => 0,
    ),
    onLog: () => {},
    deadlineMs: performance.now() + 60_000,
    ...more,
  };
  return { ...(await runSteps([step], context, { from: 0, to: 1 })), reports };
};

it('runs a step with a tool that one definition declares, and reads its reports', async () => {
  const { captured, reports, complaints } = await run('even');
  expect(captured.count?.trim()).toBe('4');
  expect(reports.map(({ percent }) => percent)).toEqual([0, 40, 99]);
  expect(complaints).toBe(0);
});

it('counts what the tool calls a complaint', async () => {
  expect((await run('odd')).complaints).toBe(1);
});

it('understands its words, and its silence', async () => {
  expect(await failureOf(run('torn'))).toMatchObject({ code: 'media_truncated', details: { exitCode: 3 } });
  expect(await failureOf(run('lost'))).toMatchObject({ code: 'worker_failed', details: { exitCode: 4 } });
});

it('is not run with arguments that it does not take', async () => {
  expect(await failureOf(run('all'))).toMatchObject({ code: 'worker_failed', details: { step: 'count' } });
});

it('lets it have of the sandbox what it declares', async () => {
  const withFonts = { ...definitions, tally: { ...tally, extras: ['fonts'] as const } };
  expect((await run('even', { definitions: withFonts })).complaints).toBe(1);
});

it('is complete: a tool without a definition does not compile', () => {
  // @ts-expect-error ffprobe is missing
  const incomplete: ToolDefinitions = { ffmpeg };
  expect(Object.keys(incomplete)).not.toEqual(Object.keys(toolDefinitions));
});
