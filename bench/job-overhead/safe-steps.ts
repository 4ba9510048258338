import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { operations } from '@ffapi/contracts';
import { plans, type PlanFn } from '@ffapi/media';
import { createMediaExec } from '@ffapi/media-exec';

const execute = promisify(execFile);
const outputBytesMax = 64 * 1024 * 1024;

/** The arguments of bubblewrap, with the work folder as a hole. */
interface SandboxedCall {
  readonly args: readonly string[];
  readonly workDir: string;
}

/** What a careful script would run for one conversion: the encode in its sandbox, then a look at the output in another. */
export interface SafeSteps {
  readonly input: string;
  readonly encode: SandboxedCall;
  readonly verify: SandboxedCall;
}

const callOf = (file: string): SandboxedCall => {
  const args = readFileSync(file, 'utf8').split('\0').slice(0, -1);
  const workDir = args[args.indexOf('/work') - 1];
  if (workDir === undefined) throw new Error(`no work folder in ${args.join(' ')}`);
  return { args, workDir };
};

/** Learns the exact calls by letting the library make them once through a bubblewrap that writes down its arguments. */
export const recordSafeSteps = async (input: string, params: unknown): Promise<SafeSteps> => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-record-'));
  const [calls, workDir, bwrapPath] = ['calls', 'work', 'bwrap'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  try {
    await Promise.all([mkdir(calls), mkdir(workDir)]);
    const script = `#!/bin/sh\nn=$(ls '${calls}' | wc -l)\nprintf '%s\\0' "$@" > '${calls}'/$n\nexec bwrap "$@"\n`;
    writeFileSync(bwrapPath, script, { mode: 0o755 });
    const exec = createMediaExec({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', sandbox: 'required', bwrapPath });
    await exec.capabilities();
    const { facts } = await exec.probe(input);
    for (const name of readdirSync(calls)) rmSync(join(calls, name));
    await exec.run({
      operation: 'transcode',
      plan: plans.transcode as PlanFn,
      params: operations.transcode.params.parse(params),
      inputs: { source: { path: input, facts } },
      workDir,
      hardware: 'auto',
      signal: new AbortController().signal,
    });
    const files = readdirSync(calls).toSorted((a, b) => Number(a) - Number(b));
    if (files.length !== 2)
      throw new Error(`an encode and a look at its output were expected, not ${files.length} calls`);
    const [encode, verify] = files.map((name) => callOf(join(calls, name))) as [SandboxedCall, SandboxedCall];
    // What is verified lies in the work folder of the encode.
    return { input, encode, verify: { ...verify, args: verify.args.map((arg) => arg.replace(workDir, '{work}')) } };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

const argsIn = ({ args, workDir }: SandboxedCall, ownDir: string, encodeDir: string): string[] =>
  args.map((arg) => arg.replace(workDir, ownDir).replace('{work}', encodeDir));

const timed = async (command: string, args: readonly string[], cwd = '/'): Promise<number> => {
  const startMs = performance.now();
  await execute(command, args, { cwd, maxBuffer: outputBytesMax });
  return performance.now() - startMs;
};

const sync = async (path: string): Promise<void> => {
  const file = await open(path);
  await file.sync();
  await file.close();
};

/** Puts a file durably under the name that its content gives it. */
const keep = async (path: string, dir: string): Promise<void> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  await sync(path);
  await rename(path, join(dir, hash.digest('hex')));
  await sync(dir);
};

const inWorkDir = async <T>(work: (dir: string) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(join(tmpdir(), 'ffapi-script-'));
  try {
    for (const name of ['encode/out', 'encode/scratch', 'verify/scratch', 'kept'])
      await mkdir(join(dir, name), { recursive: true });
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** Runs the steps as a plain script would, and says how long that and its processes took. */
export const runSafeSteps = (steps: SafeSteps): Promise<{ scriptMs: number; childrenMs: number }> => {
  const startMs = performance.now();
  return inWorkDir(async (dir) => {
    const [encodeDir, verifyDir] = [join(dir, 'encode'), join(dir, 'verify')];
    const encodeMs = await timed('bwrap', argsIn(steps.encode, encodeDir, encodeDir));
    const verifyMs = await timed('bwrap', argsIn(steps.verify, verifyDir, encodeDir));
    const [output] = await readdir(join(encodeDir, 'out'));
    if (output === undefined) throw new Error('the encode left no output');
    await keep(join(encodeDir, 'out', output), join(dir, 'kept'));
    return { scriptMs: performance.now() - startMs, childrenMs: encodeMs + verifyMs };
  });
};

/** Runs ffmpeg alone with the same arguments, and says how long it took. */
export const runBare = ({ input, encode }: SafeSteps): Promise<number> =>
  inWorkDir((dir) => {
    const [tool = '', ...argv] = encode.args.slice(encode.args.indexOf('--') + 1);
    const encodeDir = join(dir, 'encode');
    const outside = (arg: string): string => (arg === '/in/source' ? input : arg.replace(/^\/work\//, `${encodeDir}/`));
    return timed(tool, argv.map(outside), join(encodeDir, 'scratch'));
  });
