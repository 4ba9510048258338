import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { sweepWorkDirs, workDirOf } from './work-dirs.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'ffapi-work-dirs-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
afterEach(() => rmSync(join(dataDir, 'work'), { recursive: true }));

it('removes what a process of this host has left that is gone, and nothing else', () => {
  sweepWorkDirs({ dataDir, instance: 'host-a-1-aaaaaa' });
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  const names = [`host-a-${gone}-aaaaaa`, `host-a-${process.pid}-bbbbbb`, `host-b-${gone}-cccccc`];
  for (const instance of names) {
    const file = join(workDirOf({ dataDir, instance }), 'storage', 'job_1.0.1', 'source');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'half of it');
  }
  sweepWorkDirs({ dataDir, instance: `host-a-${process.pid}-dddddd` });
  expect(readdirSync(join(dataDir, 'work')).toSorted()).toEqual(names.slice(1).toSorted());
});

it('knows what one with its own number has left that ran before it, as in a container that starts again', () => {
  const [before, now] = [`host-a-${process.pid}-aaaaaa`, `host-a-${process.pid}-bbbbbb`];
  for (const instance of [before, now]) mkdirSync(workDirOf({ dataDir, instance }), { recursive: true });
  const earlier = new Date(Date.now() - process.uptime() * 1000 - 1000);
  utimesSync(workDirOf({ dataDir, instance: before }), earlier, earlier);
  sweepWorkDirs({ dataDir, instance: `host-a-${process.pid}-cccccc` });
  expect(readdirSync(join(dataDir, 'work'))).toEqual([now]);
});
