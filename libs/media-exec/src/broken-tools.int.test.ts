import { mkdtemp, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, folder, made, real, shortClip, stub } from './fixtures/scratch.ts';
import { createMediaExec } from './index.ts';
import type { MediaFailure, RunLimits, SandboxLevel } from './index.ts';
import { folderBytes } from './output/collect.ts';
import { codeOfComplaint } from './fixtures/ffmpeg-verdicts.ts';

const clip = await shortClip();
const encode = { crf: 30 };

const runStub = async (
  script: string,
  limits: Partial<RunLimits> = {},
  signal?: AbortSignal,
  level: SandboxLevel = 'off',
): Promise<MediaFailure> => {
  const exec = execOf(level, await stub(script));
  return failureOf(
    convert(exec, clip, encode, { limits: { stallMs: 600, graceMs: 200, ...limits }, ...(signal ? { signal } : {}) }),
  );
};

/** Gone, or a zombie that only waits for whoever reaps orphans here. */
const isGone = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat === null || / [ZX] /.test(stat);
};

const pidIn = async (path: string): Promise<number> => Number((await readFile(path, 'utf8')).trim());

describe('a tool that misbehaves', () => {
  it('exits 0 without having done anything', async () => {
    expect((await runStub('exit 0')).code).toBe('ffmpeg_failed');
  });

  it('claims the end without an output', async () => {
    expect(await runStub('echo progress=end; exit 0')).toMatchObject({ code: 'output_invalid', retryable: true });
  });

  it('dies by a signal', async () => {
    expect(await runStub('kill -SEGV $$')).toMatchObject({ code: 'ffmpeg_killed', details: { signal: 'SIGSEGV' } });
  });

  it('hangs: the whole group is gone afterwards', async () => {
    const pidFile = join(await folder(), 'pid');
    expect((await runStub(`sleep 1000 & echo $! > ${pidFile}; wait`)).code).toBe('ffmpeg_stalled');
    await expect.poll(async () => isGone(await pidIn(pidFile))).toBe(true);
  });

  it('hangs and ignores TERM', async () => {
    const pidFile = join(await folder(), 'pid');
    const failure = await runStub(`echo $$ > ${pidFile}; trap '' TERM; while :; do sleep 0.2; done`, { stallMs: 400 });
    expect(failure.code).toBe('ffmpeg_stalled');
    await expect.poll(async () => isGone(await pidIn(pidFile))).toBe(true);
  });

  it('is silent but busy: that is no stall', async () => {
    const busy =
      'end=$(($(date +%s) + 2)); while [ $(date +%s) -lt $end ]; do n=0; while [ $n -lt 20000 ]; do n=$((n+1)); done; done; exit 3';
    expect((await runStub(busy, { stallMs: 1000 })).details.exitCode).toBe(3);
  });

  it('works for longer than allowed', async () => {
    expect(
      (
        await runStub('while :; do echo frame=$((n=n+1)); echo progress=continue; sleep 0.05; done', {
          wallClockMs: 500,
        })
      ).code,
    ).toBe('ffmpeg_timeout');
  });

  it('is cancelled', async () => {
    expect((await runStub('sleep 1000', { stallMs: 20_000 }, AbortSignal.timeout(100))).code).toBe('job_cancelled');
    expect((await runStub('sleep 1000', { stallMs: 20_000 }, AbortSignal.abort())).code).toBe('job_cancelled');
  });

  it('leaves a grandchild that holds the pipe open', async () => {
    const pidFile = join(await folder(), 'pid');
    const startedAt = performance.now();
    expect((await runStub(`sleep 1000 & echo $! > ${pidFile}; exit 0`, { stallMs: 30_000 })).code).toBe(
      'ffmpeg_failed',
    );
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    await expect.poll(async () => isGone(await pidIn(pidFile))).toBe(true);
  });

  it('floods stderr: the memory stays flat and the tail short', async () => {
    const before = process.memoryUsage().rss;
    const failure = await runStub(
      'yes "[error] a line of complaint" | head -c 100000000 >&2; yes x | tr -d "\\n" | head -c 20000000 >&2; exit 1',
      { stallMs: 20_000 },
    );
    expect(failure.code).toBe('ffmpeg_failed');
    expect(failure.stderrTail.length).toBeLessThanOrEqual(4096);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  it('fills the disk and exits 0', async () => {
    expect(
      (await runStub('echo "av_interleaved_write_frame(): No space left on device" >&2; echo progress=end; exit 0'))
        .code,
    ).toBe('disk_full');
  });

  it('writes more than allowed', async () => {
    const failure = await runStub('head -c 3000000 /dev/zero > ../out/big; sleep 1000', {
      outputBytesMax: 1_000_000,
      stallMs: 20_000,
    });
    expect(failure.code).toBe('output_too_large');
  });

  it('leaves less of the volume free than it keeps', async () => {
    // A file system in memory, on every Linux: nobody else writes as much there in between.
    const workDir = await mkdtemp('/dev/shm/ffapi-');
    const free = async (): Promise<number> => {
      const { bavail, bsize } = await statfs(workDir);
      return bavail * bsize;
    };
    try {
      const exec = execOf('off', await stub('while sleep 0.1; do head -c 8000000 /dev/zero >> ../out/big; done'));
      const limits = { freeBytesMin: (await free()) - 64_000_000, stallMs: 20_000, graceMs: 200 };
      const failure = await failureOf(convert(exec, clip, encode, { workDir, limits }));
      expect(failure).toMatchObject({
        code: 'disk_full',
        retryable: true,
        message: expect.stringMatching(/keeps .* free/),
      });
      expect(await free()).toBeGreaterThan(limits.freeBytesMin - 64_000_000);
    } finally {
      await rm(workDir, { recursive: true });
    }
  });

  it.each([
    ['and goes on', 'head -c 3000000 /dev/zero > ../out/big; sleep 1000'],
    ['and ends before anybody looks', 'head -c 3000000 /dev/zero > ../out/output.mp4; echo progress=end'],
    ['in many files', 'for n in $(seq 300); do head -c 10000 /dev/zero > ../out/$n; done; echo progress=end'],
    ['beside its outputs', 'head -c 80000000 /dev/zero > big; sleep 1000'],
  ])('writes more than its owner may still store, %s', async (_, script) => {
    const failure = await runStub(script, { quotaBytesMax: 1_000_000, stallMs: 20_000 });
    expect(failure).toMatchObject({ code: 'quota_storage', retryable: false });
    expect(failure.message).toContain('0 MiB that this key may still store');
  });

  it('writes faster than anybody looks: the kernel ends it', async () => {
    const workDir = await folder();
    const tool = await stub('exec head -c 20000000000 /dev/zero > ../out/big');
    for (const [limits, code] of [
      [{ quotaBytesMax: 1_000_000 }, 'quota_storage'],
      [{ outputBytesMax: 30_000_000 }, 'output_too_large'],
    ] as const) {
      const failure = await failureOf(convert(execOf('required', tool), clip, encode, { workDir, limits }));
      expect(failure).toMatchObject({ code, retryable: false });
      expect(await folderBytes(workDir)).toBeLessThan(70_000_000);
    }
  });

  it('is not there', async () => {
    for (const level of ['off', 'required'] as const) {
      const exec = createMediaExec({ ffmpegPath: '/nowhere/ffmpeg', ffprobePath: real.ffprobe, sandbox: level });
      expect((await failureOf(exec.capabilities())).code).toBe('ffmpeg_missing');
      expect(await exec.selfTest()).toMatchObject({ ok: false, level });
    }
  });

  it('names no path of this machine in its last words', async () => {
    const failure = await runStub(`echo "cannot open $(dirname "$PWD")/out/x and ${clip}" >&2; exit 1`);
    expect(failure.stderrTail).toBe('cannot open …/out/x and …/clip.mp4');
  });

  it('makes a short output: the input is to blame only when it drew errors', async () => {
    const short = await made('short.mp4', '-i', clip, '-t', '1', '-c:v', 'libx264', '-c:a', 'copy');
    const deliver = `cp ${short} ../out/output.mp4; echo progress=end`;
    expect((await runStub(deliver)).code).toBe('output_truncated');
    expect((await runStub(`echo "[h264] [error] partial file" >&2; ${deliver}`)).code).toBe('media_truncated');
  });
});

it('a tool that is given too little memory fails by that name', async () => {
  const frugal = execOf('required', await stub(`ulimit -v 400000; exec ${real.ffmpeg} "$@"`));
  const failure = await failureOf(convert(frugal, clip, { resolution: '4K' }));
  expect(failure).toMatchObject({ code: 'resource_exhausted', retryable: true });
});

/** The processes whose command line has this in it. */
const running = async (mark: string): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.includes(mark));
};

const report = 'while :; do echo frame=$((n=n+1)); echo progress=continue; sleep 0.05; done';

describe('a tool that misbehaves in the sandbox', () => {
  it.each([
    ['exits 0 without an output', 'exit 0', 'ffmpeg_failed'],
    ['claims an output that is not there', 'echo progress=end; exit 0', 'output_invalid'],
    ['dies by a signal', 'kill -SEGV $$', 'ffmpeg_killed'],
    ['reports progress for ever', report, 'ffmpeg_timeout'],
    ['ignores TERM', "trap '' TERM; while :; do sleep 0.2; done", 'ffmpeg_stalled'],
    ['leaves a child that holds the pipe', 'sleep MARK & exit 0', 'ffmpeg_failed'],
    ['leaves a child in a session of its own', 'setsid sh -c "trap \'\' TERM; sleep MARK" & wait', 'ffmpeg_stalled'],
  ])('%s: it fails by its name, in time, and nothing is left', async (_, script, code) => {
    const mark = `97531${Math.trunc(performance.now())}`;
    const limits = { stallMs: 600, graceMs: 200, wallClockMs: 1_500 };
    const startMs = performance.now();
    expect(await runStub(script.replace('MARK', mark), limits, undefined, 'required')).toMatchObject({ code });
    expect(performance.now() - startMs).toBeLessThan(limits.wallClockMs + 6_000);
    await expect.poll(() => running(mark)).toEqual([]);
  });

  it('floods stderr with a gigabyte: the memory stays flat and the tail short', async () => {
    const before = process.memoryUsage().rss;
    const flood = 'yes "[error] a line of complaint" | head -c 1000000000 >&2; echo its last words >&2; exit 1';
    const failure = await runStub(flood, { stallMs: 20_000 }, undefined, 'required');
    expect(failure.code).toBe('ffmpeg_failed');
    expect(failure.stderrTail.length).toBeLessThanOrEqual(4096);
    expect(failure.stderrTail).toMatch(/its last words$/);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });
});

describe('complaints', () => {
  it.each([
    ['[error] Error writing trailer: No space left on device', 'disk_full'],
    ['x264 [error]: malloc of size 33 failed: Cannot allocate memory', 'resource_exhausted'],
    ['[AVHWDeviceContext] Cannot load libcuda.so.1', 'hardware_unavailable'],
    ['bwrap: Creating new namespace failed: Operation not permitted', 'sandbox_unavailable'],
    ["setpriv: unrecognized option '--seccomp-filter'", 'sandbox_unavailable'],
    ['[mov] stream 1, offset 0x2a: partial file', 'media_truncated'],
    ['Codec (magicyuv) not on whitelist', 'media_codec_refused'],
    ['nothing known', null],
  ])('%s', (line, code) => {
    expect(codeOfComplaint(line)).toBe(code);
  });
});
