import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sweepWorkDirs, workDirOf } from './work-dirs.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'ffapi-work-dirs-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

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
