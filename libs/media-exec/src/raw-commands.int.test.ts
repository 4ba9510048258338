import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { operations } from '@ffapi/contracts';
import type { Plan, PlanFn } from '@ffapi/media';
import { plans } from '@ffapi/media';
import { describe, expect, it } from 'vitest';
import { execOf, failureOf, file, folder, shortClip } from './fixtures/scratch.ts';
import type { RunOutcome } from './index.ts';

const exec = execOf();
const clip = await shortClip();

const run = async (plan: PlanFn, params: unknown): Promise<RunOutcome> => {
  const { facts } = await exec.probe(clip);
  return exec.run({
    operation: 'ffmpeg.command',
    plan,
    params,
    inputs: { 'input_files-film': { path: clip, facts } },
    workDir: await folder(),
    hardware: 'cpu',
    signal: new AbortController().signal,
  });
};

const command = (ffmpeg_command: string, name = 'out.mp4'): Promise<RunOutcome> =>
  run(
    plans['ffmpeg.command'] as PlanFn,
    operations['ffmpeg.command'].params.parse({
      input_files: { film: 'file_aaaa' },
      output_files: { out: name },
      ffmpeg_command,
    }),
  );

describe('a hand-written command', () => {
  it('makes what it says', async () => {
    const outcome = await command('-i {{film}} -t 1 -vf scale=160:-2 -c:v libx264 -c:a aac {{out}}');
    expect(outcome.artifacts[0]?.media).toMatchObject({
      width: 160,
      height: 90,
      videoCodec: 'h264',
      audioCodec: 'aac',
    });
  });

  it('draws text with any character in it', async () => {
    const text = String.raw`-i {{film}} -frames:v 1 -vf "drawtext=text='it''s 100\\: [x], {y}; z':fontsize=12" {{out}}`;
    expect((await command(text, 'still.png')).artifacts).toHaveLength(1);
  });

  it('that ffmpeg refuses is the caller’s fault, and is not tried again', async () => {
    const failure = await failureOf(command('-i {{film}} -vf scale=w=nonsense {{out}}'));
    expect([failure.code, failure.retryable]).toEqual(['command_failed', false]);
    expect(failure.stderrTail).toContain('nonsense');
  });
});

it('does not call a film done that holds nothing', async () => {
  const failure = await failureOf(command('-ss 100 -i {{film}} -c:v libx264 {{out}}'));
  expect([failure.code, failure.message]).toEqual(['command_failed', 'the output has neither picture nor sound']);
});

/** A plan that nobody checked: what a hole in the list would let through. */
const unchecked =
  (argv: Plan['steps'][number]['argv'], name: string): PlanFn =>
  () => ({
    kind: 'run',
    device: 'cpu',
    steps: [
      {
        id: 'command',
        tool: 'ffmpeg',
        argv: ['-hide_banner', '-nostdin', '-y', '-progress', 'pipe:1', ...argv],
        reads: [],
        writes: [name],
        weight: 1,
        expectedDurationMs: 0,
        isHandWritten: true,
      },
    ],
    outputs: [{ name, kind: 'file', contentType: 'text/plain', expect: {}, verify: 'none' }],
    warnings: [],
    estimate: { durationMs: 0 },
  });

describe('behind the list of what is allowed, the sandbox', () => {
  it('shows no file of the machine', async () => {
    const secret = await file('secret.txt', 'a secret of the machine');
    const read = ['-f', 'data', '-i', secret, '-map', '0', '-c', 'copy', '-f', 'data', { out: 'x' }];
    expect((await failureOf(run(unchecked(read, 'x'), {}))).code).toBe('command_failed');
    const movie = ['-f', 'lavfi', '-i', `movie=${clip}`, '-f', 'null', { out: 'x' }];
    expect((await failureOf(run(unchecked(movie, 'x'), {}))).code).toBe('command_failed');
  });

  it('reaches no network', async () => {
    const called: string[] = [];
    const server = createServer((socket) => void called.push(String(socket.remotePort))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const argv = ['-i', `tcp://127.0.0.1:${port}`, '-f', 'null', { out: 'x' }];
    expect((await failureOf(run(unchecked(argv, 'x'), {}))).code).toBe('command_failed');
    expect(called).toEqual([]);
    server.close();
  });

  it('writes nothing outside of its folder', async () => {
    const outside = join(tmpdir(), `ffapi-escaped-${process.pid}.mp4`);
    const argv = ['-f', 'lavfi', '-i', 'color=s=16x16:d=0.1', outside];
    await failureOf(run(unchecked(argv, 'x'), {}));
    expect(existsSync(outside)).toBe(false);
  });
});
