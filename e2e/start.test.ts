import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { descendants } from './descendants.ts';
import { eventually } from './eventually.ts';
import { ServiceProcess } from './faults/service-process.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-start-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('told to end while it starts, it ends well and takes its NATS along', async () => {
  const platform = new ServiceProcess({ PORT: '0', FFAPI_DATA_DIR: join(dir, 'data') }, join(dir, 'log'));
  const nats = await eventually(() => descendants(platform.pid, 'nats-server')[0]);
  expect(await platform.end('SIGTERM')).toBe(0);
  expect(() => process.kill(nats, 0)).toThrow(/ESRCH/);
});
