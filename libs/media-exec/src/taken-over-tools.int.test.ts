import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMemoryBlobStore, NotPlain } from '@ffapi/blob';
import { plans, type Plan, type PlanFn, type Step } from '@ffapi/media';
import { beforeEach, describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, file, folder, real, shortClip, stub } from './fixtures/scratch.ts';
import type { RunOutcome, RunRequest } from './index.ts';
import { folderBytes } from './output/collect.ts';

// A stand-in plays an FFmpeg that was taken over by what it read: it may write its work folder, and nothing else.
const clip = await shortClip();
const canary = 'canary of the host';
let host: string;
let secret: string;
beforeEach(async () => {
  host = await folder();
  secret = join(host, 'secret');
  await writeFile(secret, canary);
  await writeFile(join(host, 'output.mp4'), await readFile(clip));
});

const run = async (
  script: string,
  more: Partial<RunRequest> = {},
  params: Readonly<Record<string, unknown>> = { crf: 30 },
): Promise<RunOutcome> => convert(execOf('required', await stub(script)), clip, params, more);

const untouched = async (): Promise<void> => {
  expect((await readdir(host)).toSorted()).toEqual(['output.mp4', 'secret']);
  expect(await readFile(secret, 'utf8')).toBe(canary);
};

const say = 'echo progress=end';
const output = '../out/output.mp4';

describe('an output', () => {
  it.each([
    ['that is a link to a file of the host', `ln -s HOST/output.mp4 ${output}`],
    ['that is a link to a file beside it', `cp /in/source copy; ln -s ../scratch/copy ${output}`],
    ['that is a link to nowhere', `ln -s nowhere ${output}`],
    ['that is a link to itself', `ln -s output.mp4 ${output}`],
    ['that is a second name of another file', `cp /in/source copy; ln copy ${output}`],
    ['that is a pipe, which blocks whoever opens it', `mkfifo ${output}`],
    ['that is a folder', `mkdir ${output}; cp /in/source ${output}/output.mp4`],
    ['behind a link to a folder of the host', 'rmdir ../out; ln -s HOST ../out'],
    [
      'behind a link to another folder',
      'mkdir ../far; cp /in/source ../far/output.mp4; rmdir ../out; ln -s far ../out',
    ],
  ])('%s is refused', async (_, script) => {
    const failure = await failureOf(run(`${script.replace('HOST', host)}; ${say}`));
    expect(failure).toMatchObject({ code: 'output_invalid' });
  });

  it('behind a link to /dev opens no device', async () => {
    const plan: PlanFn = (input) => {
      const planned = (plans.transcode as PlanFn)(input);
      return { ...planned, outputs: planned.outputs.map((each) => ({ ...each, name: 'zero' })) };
    };
    const failure = await failureOf(run(`rmdir ../out; ln -s /dev ../out; ${say}`, { plan }));
    expect(failure).toMatchObject({ code: 'output_invalid', message: expect.stringContaining('no plain file') });
  });

  it('is stored as it was verified, and not as something that came into its place since', async () => {
    const { artifacts } = await run(`cp /in/source ${output}; ${say}`);
    const { path, identity: as } = artifacts[0]!;
    const blobs = createMemoryBlobStore();
    expect(await blobs.putFile(path, { as })).toMatchObject({ sizeBytes: (await lstat(clip)).size });
    await writeFile(path, await readFile(clip));
    await expect(blobs.putFile(path, { as })).rejects.toBeInstanceOf(NotPlain);
  });
});

describe('a bundle', () => {
  const hls = { output_format: 'hls', ladder: [{ resolution: '320x180' }] };
  const after = (script: string): Promise<RunOutcome> => run(`${real.ffmpeg} "$@"; cd ../out/hls; ${script}`, {}, hls);

  it('of plain files is taken, each by its identity', async () => {
    const { artifacts } = await after('true');
    expect(artifacts[0]?.entries?.length).toBeGreaterThan(3);
    for (const { absolutePath, identity } of artifacts[0]?.entries ?? [])
      await createMemoryBlobStore().putFile(absolutePath, { as: identity });
  });

  it.each([
    ['a link to a file', 'ln -s SECRET stolen.m4s'],
    ['a link to a folder', 'ln -s /etc stolen'],
    ['a rendition that is a link to a folder', 'mv audio ../../scratch; ln -s ../../scratch/audio audio'],
    ['a pipe', 'mkfifo pipe.m4s'],
    ['a second name', 'ln audio/index.m3u8 second.m3u8'],
    ['a link in place of its playlist', 'rm audio/index.m3u8; ln -s SECRET audio/index.m3u8'],
    [
      'a playlist that leads out of it',
      'sed -i \'s|URI="[^"]*"|URI="../../../../../../../..SECRET"|\' audio/index.m3u8',
    ],
  ])('with %s is refused', async (_, script) => {
    const failure = await failureOf(after(script.replace('SECRET', secret)));
    expect(failure).toMatchObject({ code: 'output_invalid', message: expect.stringMatching(/no plain file|lacks/) });
    expect(failure.stderrTail).not.toContain(canary);
  });

  it('with links has its own bytes only', async () => {
    const dir = await folder();
    await run(`cp /in/source ${output}; ln -s /proc/kcore big; ln -s / all; ${say}`, { workDir: dir });
    expect(await folderBytes(dir)).toBeLessThan(1_000_000);
  });
});

/** A round that measures, and one that goes by it: each reads what a tool has left, and writes where it had a hand. */
const twoRounds: PlanFn = ({ measured }): Plan => {
  const step: Step = {
    id: 'look',
    tool: 'ffmpeg',
    argv: [measured.said === undefined ? 'first' : 'second'],
    reads: ['source'],
    writes: [],
    weight: 1,
    expectedDurationMs: 0,
    capture: { name: 'said', from: { scratch: 'said' } },
  };
  return {
    kind: measured.said === undefined ? 'measure' : 'run',
    device: 'cpu',
    steps: [step],
    scratch: { note: 'our own words' },
    outputs: [
      { name: 'o.txt', kind: 'file', contentType: 'text/plain', content: 'ours', expect: {}, verify: 'none' },
      { name: 'b', kind: 'bundle', contentType: 'text/plain', expect: {}, verify: 'none' },
    ],
    result: { captured: 'said' },
    warnings: [],
    estimate: { durationMs: 0 },
  };
};

describe('between two rounds', () => {
  const round = (script: string, more: Partial<RunRequest> = {}): Promise<RunOutcome> =>
    run(`[ "$1" = first ] || echo x > ../out/b/x; echo '{}' > said; ${script}; ${say}`, { plan: twoRounds, ...more });

  it.each([
    ['a link to a file of the host', 'rm said; ln -s SECRET said'],
    ['a pipe', 'rm said; mkfifo said'],
    ['a device', 'rm said; ln -s /dev/zero said'],
    ['longer than any memory', 'truncate -s 1G said'],
    ['in a folder that is a link', 'cd ..; rm -r scratch; mkdir far; echo {} > far/said; ln -s far scratch'],
  ])('nothing is read that is %s', async (_, script) => {
    expect(await failureOf(round(script.replace('SECRET', secret)))).toMatchObject({ code: 'output_invalid' });
  });

  it.each([
    ['a text of ours', '[ "$1" = second ] || { rm note; ln -s SECRET note; }'],
    ['an output of ours', '[ "$1" = first ] || ln -s SECRET ../out/o.txt'],
    ['a folder in place of a text', '[ "$1" = second ] || { rm note; mkdir note; ln -s SECRET note/x; }'],
  ])('%s does not go through a link', async (_, script) => {
    const workDir = await folder();
    await round(script.replace('SECRET', secret), { workDir });
    await untouched();
    expect(await readFile(join(workDir, 'scratch', 'note'), 'utf8')).toBe('our own words');
    expect(await readFile(join(workDir, 'out', 'o.txt'), 'utf8')).toBe('ours');
  });

  it.each([
    ['texts', 'cd ..; mv scratch far; ln -s HOST scratch; cp far/said far/note scratch'],
    ['folders', 'rmdir ../out; ln -s HOST ../out'],
  ])('no %s are written into a folder of the host', async (_, script) => {
    const failure = await failureOf(round(`[ "$1" = second ] || { ${script.replace('HOST', host)}; }`));
    expect(failure).toMatchObject({ code: 'output_invalid' });
    await untouched();
  });
});

it('a probe does not follow a link either', async () => {
  const link = join(await folder(), 'film.mp4');
  await symlink(await file('film.mp4', await readFile(clip)), link);
  await expect(execOf().probe(link)).rejects.toBeInstanceOf(NotPlain);
});
