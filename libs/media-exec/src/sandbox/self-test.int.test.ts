import { describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, real, shortClip } from '../fixtures/scratch.ts';
import { createMediaExec } from '../index.ts';
import { createSandbox } from './create-sandbox.ts';
import { noSandbox } from './off.ts';
import type { Sandbox } from './sandbox.ts';
import { selfTest } from './self-test.ts';

const exec = execOf('required');
const clip = await shortClip();

describe('the sandbox', () => {
  it('reaches neither network nor foreign files', async () => {
    expect(await exec.selfTest()).toEqual({ ok: true, level: 'required', detail: 'no network, no foreign file' });
  });

  it('holds without namespaces, too: Landlock and seccomp by setpriv', async () => {
    expect(await execOf('external').selfTest()).toEqual({
      ok: true,
      level: 'external',
      detail: 'no network, no foreign file',
    });
    const outcome = await convert(execOf('external'), clip, { crf: 30 });
    expect(outcome.artifacts[0]?.media).toMatchObject({ videoCodec: 'h264', width: 320 });
  });

  it.each([
    ['the tool reached the network', ['--seccomp-filter']],
    ['the tool read a file that is not its own', ['--landlock-access', '--landlock-rule']],
  ])('is found out when a part of it is missing: %s', async (detail, missing) => {
    const wall = createSandbox({ sandbox: 'external' });
    const wrap: Sandbox['wrap'] = (...given) => {
      const { args, ...command } = wall.wrap(...given);
      return {
        ...command,
        args: args.filter((arg, n) => ![arg, args[n - 1] ?? ''].some((each) => missing.includes(each))),
      };
    };
    const tools = { ffmpegPath: real.ffmpeg, ffprobePath: real.ffprobe, sandbox: { ...wall, wrap } };
    expect(await selfTest(tools)).toEqual({ ok: false, level: 'external', detail });
  });

  it('is found out when there is none', async () => {
    expect(await execOf('off').selfTest()).toMatchObject({ ok: true, detail: expect.stringContaining('development') });
    const none = { ...noSandbox(), level: 'required' } as const;
    expect(await selfTest({ ffmpegPath: real.ffmpeg, ffprobePath: real.ffprobe, sandbox: none })).toMatchObject({
      ok: false,
    });
    const missing = createMediaExec({
      ffmpegPath: real.ffmpeg,
      ffprobePath: real.ffprobe,
      sandbox: 'required',
      bwrapPath: '/nowhere/bwrap',
    });
    expect(await missing.selfTest()).toMatchObject({ ok: false });
    expect((await failureOf(missing.probe(clip))).code).toBe('sandbox_unavailable');
  });
});
