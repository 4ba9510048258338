import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutClip } from './faults/clip.ts';
import { root } from './faults/service-process.ts';
import { startPlatform, type RunningPlatform } from './platform.ts';

const run = promisify(execFile);
const dir = mkdtempSync(join(tmpdir(), 'ffapi-readme-'));
const data = join(dir, 'data');
const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) =>
  (block ?? '').trim(),
);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** These take minutes or go on until they are stopped; other lanes run them, here they only have to exist. */
const isLong = (line: string): boolean => /^npm (run demo|test|start)$/.test(line);
const long = blocks.flatMap((block) => block.split('\n')).filter(isLong);
const calls = blocks.filter((block) => block.startsWith('curl '));
const commands = blocks.filter((block) => !block.startsWith('curl ') && !block.split('\n').some(isLong));

let platform: RunningPlatform;
let url: string;

beforeAll(async () => {
  await cutClip(join(dir, 'clip.mp4'), 1);
  platform = startPlatform(
    { PORT: '0', FFAPI_DATA_DIR: data, MIN_FREE_SPACE_MB: '0', LOG_LEVEL: 'warn' },
    join(dir, 'platform.log'),
  );
  url = await platform.ready;
});

afterAll(async () => {
  await platform.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

/** As a reader runs it, with the address and the ids of this platform. */
const runBlock = async (block: string, ids: Readonly<Record<string, string>> = {}): Promise<string> => {
  let text = block.replaceAll('http://127.0.0.1:3000', url);
  for (const [name, id] of Object.entries(ids)) text = text.replaceAll(name, id);
  writeFileSync(join(dir, 'command.sh'), text);
  const isCall = block.startsWith('curl ');
  const { stdout } = await run('sh', [join(dir, 'command.sh')], {
    cwd: isCall ? dir : root,
    env: { ...process.env, ...platform.settings, FFAPI_DATA_DIR: data },
  });
  return stdout;
};

describe('the README', () => {
  it('begins with the two commands', () => {
    expect(blocks[0]).toBe('npm run demo\nnpm test');
    expect(long.map((line) => line.split(' ').at(-1) ?? '').filter((name) => !(name in scripts))).toEqual([]);
    expect([calls.length, commands.length]).toEqual([3, 4]);
  });

  it('stores a file, converts it and follows the job', async () => {
    const [upload = '', submit = '', follow = ''] = calls;
    const file = JSON.parse(await runBlock(upload)) as { file_id: string };
    const job = JSON.parse(await runBlock(submit, { FILE_ID: file.file_id })) as { job_id: string; status: string };
    expect(job.status).toBe('completed');
    expect(await runBlock(follow, { JOB_ID: job.job_id })).toContain('JobCompleted');
  });

  it.each(commands)('%s', async (command) => {
    expect(await runBlock(command)).not.toBe('');
  });
});
