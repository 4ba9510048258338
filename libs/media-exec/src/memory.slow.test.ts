import { operations } from '@ffapi/contracts';
import { plans, type Plan, type PlanFn } from '@ffapi/media';
import { describe, expect, it } from 'vitest';
import { peakMemory } from './fixtures/peak-memory.ts';
import { execOf, folder, made, shortClip, stub } from './fixtures/scratch.ts';
import { MediaFailure, type MediaExec, type RunLimits } from './index.ts';

const mebibyte = 1024 * 1024;
const exec = execOf('required');
const [small, hd] = [
  await shortClip(),
  await made('hd.mp4', ...'-f lavfi -i testsrc2=s=1280x720:r=25:d=8 -c:v libx264 -preset ultrafast'.split(' ')),
];

interface Ran {
  readonly announcedBytes: number;
  readonly peakBytes: number;
  readonly failure: MediaFailure | null;
}

let runs = 0;
/** Runs a command of a caller's own, and measures it from outside. */
const run = async (
  options: string,
  source = small,
  limits: Partial<RunLimits> = {},
  by: MediaExec = exec,
): Promise<Ran> => {
  const file = `mark-${process.pid}-${++runs}.mkv`;
  const id = 'ffmpeg.command';
  const params = operations[id].params.parse({
    input_files: { film: 'file_01k9vjz6f8aaaa' },
    output_files: { out: file },
    ffmpeg_command: `-i {{film}} ${options} {{out}}`,
  });
  const { facts } = await by.probe(source);
  let announced: Plan | null = null;
  let failure: MediaFailure | null = null;
  const peakBytes = await peakMemory(file, async () => {
    const request = {
      operation: id,
      plan: plans[id] as PlanFn,
      params,
      inputs: { 'input_files-film': { path: source, facts } },
      workDir: await folder(),
      hardware: 'cpu',
      signal: new AbortController().signal,
      limits: { stallMs: 60_000, ...limits },
      onPlan: (plan: Plan) => void (announced = plan),
    } as const;
    await by.run(request).catch((error: unknown) => {
      if (!(error instanceof MediaFailure)) throw error;
      failure = error;
    });
  });
  return { announcedBytes: (announced as Plan | null)?.limits?.memoryBytes ?? 0, peakBytes, failure };
};

const tooLarge = expect.objectContaining({ code: 'request_too_large', retryable: false });

describe('what a plan announces', () => {
  it.each([
    ['random', '-vf random=frames=128 -c:v mpeg4', hd],
    ['loop', '-vf loop=loop=1:size=100 -t 5 -c:v mpeg4', hd],
    ['thumbnail', '-vf thumbnail=100 -frames:v 1', hd],
    ['tmedian', '-vf scale=320:180,tmedian=radius=10 -c:v mpeg4', hd],
    ['deflicker', '-vf deflicker=size=100 -c:v mpeg4', hd],
    ['a look ahead', '-c:v libx264 -preset ultrafast -x264-params rc-lookahead=100:ref=16', hd],
    ['libx265', '-t 1 -c:v libx265 -preset ultrafast', hd],
    ['libsvtav1', '-t 1 -c:v libsvtav1 -preset 12', hd],
    ['libvpx-vp9', '-t 1 -c:v libvpx-vp9 -deadline realtime -cpu-used 8', hd],
    ['ffv1', '-t 1 -vf scale=3840:2160 -c:v ffv1', hd],
    ['pictures beside each other', '-filter_complex [0:v]split[a][b];[a][b]hstack[v] -map [v] -c:v mpeg4', hd],
  ])('is more than its tool takes: %s', async (_, options, source) => {
    const { announcedBytes, peakBytes, failure } = await run(options, source);
    expect(failure).toBeNull();
    expect(peakBytes).toBeGreaterThan(20 * mebibyte);
    expect(peakBytes).toBeLessThan(announcedBytes);
  });

  it.each([
    ['random', '-vf scale=16384:16384,random=frames=128'],
    ['loop', '-vf scale=8192:8192,loop=1:300'],
    ['thumbnail', '-vf scale=7680:4320,thumbnail=300'],
    ['tmedian', '-vf scale=8192:8192,tmedian=radius=127'],
    ['deflicker', '-vf scale=16384:16384,deflicker=size=129'],
    ['a look ahead', '-s 7680x4320 -c:v libx264 -x264-params rc-lookahead=250:ref=16'],
  ])('is refused before a tool starts where it is too much: %s', async (_, options) => {
    const { peakBytes, failure } = await run(options);
    expect(failure).toEqual(tooLarge);
    expect(peakBytes).toBe(0);
  });
});

describe('a tool that takes more than was announced', () => {
  // One side of the stack runs ahead by all of the film, which no count of frames could tell.
  const ahead = '[0:v]scale=3840:2160,split[a][b];[a]setpts=PTS+900/TB[c];[c][b]hstack,scale=320:-2[v]';
  const unequal = `-filter_complex ${ahead} -map [v] -c:v mpeg4`;

  it('is ended, for good, and by the request’s fault', async () => {
    const { announcedBytes, peakBytes, failure } = await run(unequal, hd);
    expect(failure).toEqual(tooLarge);
    expect(failure?.message).toMatch(/needs more than the \d+ MiB of memory/);
    expect(peakBytes).toBeGreaterThan(announcedBytes / 4);
    expect(peakBytes).toBeLessThan(announcedBytes);
  });

  it('is ended by being watched where nothing holds it', async () => {
    const hungry = await stub(
      'exec python3 -c "import time; a = []\nwhile True: a.append(bytearray(8000000)); time.sleep(0.002)"',
    );
    const { announcedBytes, peakBytes, failure } = await run('-c:v mpeg4', hd, {}, execOf('off', hungry));
    expect(failure).toEqual(tooLarge);
    // Its peak is seen between two looks.
    expect(peakBytes === 0 || peakBytes < 3 * announcedBytes).toBe(true);
  });

  it('with little of its own was refused it by the machine, which may be better later', async () => {
    const refused = await stub('echo "[error] Cannot allocate memory" >&2; exit 1');
    const { failure } = await run('-c:v mpeg4', small, {}, execOf('required', refused));
    expect(failure).toMatchObject({ code: 'resource_exhausted', retryable: true });
  });
});

it('has no more threads than any other work, whatever the command says', async () => {
  const argv = await stub('echo "$@" >&2; exit 1');
  const { failure } = await run('-c:v mpeg4 -threads 99', small, {}, execOf('off', argv));
  expect(failure?.stderrTail).toMatch(/-threads 16 .*mark/);
  expect(failure?.stderrTail).toMatch(/-filter_threads \d+ -filter_complex_threads \d+ /);
});
