import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { removeTree, sweepWorkDirs, workDirOf } from './work-dirs.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'ffapi-work-dirs-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
afterEach(() => rmSync(join(dataDir, 'work'), { recursive: true }));

it('removes what a process of this host has left that is gone, and nothing else', async () => {
  await sweepWorkDirs({ dataDir, instance: 'host-a-1-aaaaaa' });
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  const names = [`host-a-${gone}-aaaaaa`, `host-a-${process.pid}-bbbbbb`, `host-b-${gone}-cccccc`];
  for (const instance of names) {
    const file = join(workDirOf({ dataDir, instance }), 'storage', 'job_1.0.1', 'source');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'half of it');
  }
  await sweepWorkDirs({ dataDir, instance: `host-a-${process.pid}-dddddd` });
  expect(readdirSync(join(dataDir, 'work')).toSorted()).toEqual(names.slice(1).toSorted());
});

it('knows what one with its own number has left that ran before it, as in a container that starts again', async () => {
  const [before, now] = [`host-a-${process.pid}-aaaaaa`, `host-a-${process.pid}-bbbbbb`];
  for (const instance of [before, now]) mkdirSync(workDirOf({ dataDir, instance }), { recursive: true });
  const earlier = new Date(Date.now() - process.uptime() * 1000 - 1000);
  utimesSync(workDirOf({ dataDir, instance: before }), earlier, earlier);
  await sweepWorkDirs({ dataDir, instance: `host-a-${process.pid}-cccccc` });
  expect(readdirSync(join(dataDir, 'work'))).toEqual([now]);
});

/** Root may open whatever is closed: without that, as a worker is. */
const asWorker =
  process.getuid?.() === 0
    ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', process.execPath]
    : [process.execPath];

it('removes what a tool has closed to us, and nothing that its links lead to', () => {
  const [kept, work] = [join(dataDir, 'kept'), join(dataDir, 'work', 'closed')];
  mkdirSync(join(work, 'a', 'b'), { recursive: true });
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(work, 'a', 'b', 'x'), '');
  symlinkSync(kept, join(work, 'a', 'b', 'link'));
  writeFileSync(join(kept, 'file'), '');
  for (const folder of [join(work, 'a', 'b'), join(work, 'a')]) chmodSync(folder, 0);
  const script = `
    import { removeTree } from ${JSON.stringify(join(import.meta.dirname, 'work-dirs.ts'))};
    await removeTree(${JSON.stringify(work)});
  `;
  const [command = '', ...argv] = [...asWorker, '--input-type=module', '--eval', script];
  expect(spawnSync(command, argv, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(work)).toBe(false);
  expect(readdirSync(kept)).toEqual(['file']);
});

it('lets others go on while it removes much', async () => {
  const work = join(dataDir, 'work', 'much');
  mkdirSync(work, { recursive: true });
  for (let i = 0; i < 200; i++) writeFileSync(join(work, String(i)), '');
  let turns = 0;
  const turning = setInterval(() => turns++);
  await removeTree(work);
  clearInterval(turning);
  expect(existsSync(work)).toBe(false);
  expect(turns).toBeGreaterThan(0);
});
