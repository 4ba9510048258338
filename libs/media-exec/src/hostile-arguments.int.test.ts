import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { operations } from '@ffapi/contracts';
import { checkParams } from '@ffapi/raw-command';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attacks, type Attack } from './fixtures/hostile-arguments.ts';
import { folder, real, shortClip } from './fixtures/scratch.ts';
import { runTool } from './process/run-tool.ts';
import { createSandbox } from './sandbox/create-sandbox.ts';
import type { SandboxLevel } from './sandbox/sandbox.ts';

const wallClockMs = 5_000;
let calls = 0;
const server = createServer((socket) => {
  calls++;
  socket.on('error', () => {}).destroy();
});
let input: string;
let canaries: { canaryVideo: string; canaryText: string; canaryList: string; canaryKey: string };

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  input = await shortClip();
  const dir = await folder();
  await writeFile(join(dir, 'canary.txt'), 'a secret of the machine');
  await writeFile(join(dir, 'graph.txt'), 'hflip');
  await writeFile(join(dir, 'key'), '0123456789abcdef');
  await writeFile(join(dir, 'key-info'), `http://x/key\n${join(dir, 'key')}\n`);
  canaries = {
    canaryVideo: await shortClip('canary.ts', '-f', 'mpegts'),
    canaryText: join(dir, 'canary.txt'),
    canaryList: join(dir, 'graph.txt'),
    canaryKey: join(dir, 'key-info'),
  };
});
afterAll(() => server.close());

/** What an attack brought about that it must not. */
const harmOf = async ({ argv, proof }: Attack, level: SandboxLevel): Promise<string[]> => {
  if (!argv) return [];
  const [workDir, outside] = [await folder(), await folder()];
  await Promise.all(['scratch', 'out'].map((name) => mkdir(join(workDir, name))));
  await writeFile(join(workDir, 'scratch', 'l.txt'), `file ${canaries.canaryVideo}\n`);
  const sandbox = createSandbox({ sandbox: level });
  const mounts = { inputs: { source: input }, workDir };
  const { port } = server.address() as AddressInfo;
  const words = argv({ input: sandbox.inputPath(mounts, 'source'), ...canaries, outside, port });
  const before = calls;
  const call = sandbox.wrap(real.ffmpeg, ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...words], mounts);
  const result = await runTool({ ...call, wallClockMs, stallMs: wallClockMs, graceMs: 200, stdout: 'capture' });
  // A wrapper that does not start would look like a wall that holds.
  expect(result.stderrTail).not.toMatch(/setpriv:|bwrap:|error while loading/);
  const written = await readdir(outside);
  return [
    ...(calls > before ? ['called somebody'] : []),
    ...(written.length > 0 ? [`wrote ${written.join(', ')}`] : []),
    ...(proof === 'reads' && result.exitCode === 0 ? ['read a file that is not its own'] : []),
  ];
};

const refusalOf = ({ command, file = 'out.mp4' }: Attack): string | null => {
  const given = {
    input_files: { in: 'file_aaaa' },
    output_files: { out: file },
    ffmpeg_command: command,
  };
  const parsed = operations['ffmpeg.command'].params.safeParse(given);
  if (!parsed.success) return 'invalid_request';
  const issues = checkParams('ffmpeg.command', parsed.data, { filtersMax: 10, needsLimit: false });
  return issues[0]?.code ?? null;
};

const tried = attacks.filter(({ proof }) => proof !== undefined);

describe('hostile arguments', () => {
  it.each(attacks)('$id is refused before it is a job', (attack) => {
    expect(refusalOf(attack)).toMatch(/^(invalid_request|invalid_command|forbidden_\w+|missing_limit|param_\w+)$/);
  });

  describe.each<SandboxLevel>(['required', 'external'])('that nobody checked, in the sandbox “%s”', (level) => {
    it.each(attacks.filter(({ argv }) => argv !== undefined))('$id does no harm', async (attack) => {
      expect(await harmOf(attack, level)).toEqual([]);
    });

    it('and what is allowed still works', async () => {
      const plain: Attack = {
        id: '',
        command: '',
        argv: (place) => ['-i', place.input, '-f', 'null', '-'],
        proof: 'reads',
      };
      expect(await harmOf(plain, level)).toEqual(['read a file that is not its own']);
    });
  });

  it('do harm where there is no sandbox: the table finds it', async () => {
    const harmless: string[] = [];
    for (const attack of tried) if ((await harmOf(attack, 'off')).length === 0) harmless.push(attack.id);
    expect(harmless).toEqual([]);
  });
});
