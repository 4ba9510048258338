import { chmod } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, file, real, shortClip } from '../fixtures/scratch.ts';
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

/** A bubblewrap that passes on something else than it was told. */
const wrapper = async (...lines: string[]): Promise<string> => {
  const path = await file('bwrap', ['#!/bin/bash', ...lines].join('\n'));
  await chmod(path, 0o755);
  return path;
};

/** Leaves arguments out, a value behind each that has one. */
const without = (...flags: readonly (readonly [flag: string, values: number])[]): string =>
  [
    'args=(); while [ $# -gt 0 ]; do case "$1" in',
    ...flags.map(([flag, values]) => `${flag}) shift ${values + 1};;`),
    '*) args+=("$1"); shift;;',
    'esac; done; exec bwrap "${args[@]}"',
  ].join('\n');

/** Puts arguments before the command. */
const withMore = (more: string): string =>
  `args=(); while [ "$1" != -- ]; do args+=("$1"); shift; done; exec bwrap "\${args[@]}" ${more} "$@"`;

describe('a stand-in for bubblewrap that', () => {
  it.each([
    ['binds the machine’s root elsewhere', withMore('--ro-bind / /mnt'), 'sees /mnt'],
    ['binds it below what is the tool’s own', withMore('--ro-bind / /work/scratch/host'), 'something else than'],
    ['binds it among the devices', withMore('--ro-bind / /dev/shm'), 'sees /dev/shm'],
    ['binds it over its temporary files', withMore('--ro-bind / /tmp'), 'sees /tmp'],
    ['binds a part of it', withMore('--ro-bind /var /var'), 'sees /var'],
    ['binds another folder over the system’s', withMore('--ro-bind /etc /etc/fonts'), 'something else than /etc/fonts'],
    ['binds the machine’s processes', withMore('--ro-bind /proc /proc'), 'sees /proc'],
    // Where the machine has no folder of the name, it cannot even start.
    [
      'begins with the machine’s root',
      without(['--symlink', 2]).replace('args=()', 'args=(--ro-bind / /)'),
      /sees \/|does not start/,
    ],
    ['lets the system be written to', withMore('--bind /usr /usr'), 'may write to /usr'],
    ['keeps the namespace of processes', without(['--unshare-pid', 0]), 'processes of the machine'],
    ['keeps the namespace of messages', without(['--unshare-ipc', 0]), 'ipc namespace'],
    ['keeps the machine’s name', without(['--unshare-uts', 0]), 'uts namespace'],
    ['keeps the network', without(['--unshare-net', 0]), 'reached the network'],
    ['keeps capabilities', without(['--cap-drop', 1]), 'has capabilities'],
    ['gives capabilities', withMore('--cap-add CAP_SYS_ADMIN'), 'has capabilities'],
    ['keeps the user namespace', without(['--unshare-user', 0], ['--disable-userns', 0]), 'user namespace'],
    ['lets namespaces be made', without(['--disable-userns', 0]), 'make namespaces'],
    ['adds to the environment', withMore('--setenv AWS_SECRET_ACCESS_KEY x'), 'AWS_SECRET_ACCESS_KEY'],
  ])('%s is found out', async (_, script, detail) => {
    const bwrapPath = await wrapper(script);
    const bad = createMediaExec({ ffmpegPath: real.ffmpeg, ffprobePath: real.ffprobe, sandbox: 'required', bwrapPath });
    expect(await bad.selfTest()).toEqual({
      ok: false,
      level: 'required',
      detail: typeof detail === 'string' ? expect.stringContaining(detail) : expect.stringMatching(detail),
    });
  });

  it('changes nothing holds', async () => {
    const bwrapPath = await wrapper('exec bwrap "$@"');
    const good = createMediaExec({
      ffmpegPath: real.ffmpeg,
      ffprobePath: real.ffprobe,
      sandbox: 'required',
      bwrapPath,
    });
    expect(await good.selfTest()).toMatchObject({ ok: true });
  });
});

it('the container form with capabilities is found out, where there are any', async () => {
  const wall = createSandbox({ sandbox: 'external' });
  const wrap: Sandbox['wrap'] = (...given) => {
    const { args, ...command } = wall.wrap(...given);
    return { ...command, args: args.filter((arg) => !arg.startsWith('--bounding-set')) };
  };
  const tools = { ffmpegPath: real.ffmpeg, ffprobePath: real.ffprobe, sandbox: { ...wall, wrap } };
  const isRoot = process.getuid?.() === 0;
  expect(await selfTest(tools)).toMatchObject(
    isRoot ? { ok: false, detail: 'the tool has capabilities' } : { ok: true },
  );
});
