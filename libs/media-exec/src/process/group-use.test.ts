import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { groupUse } from './group-use.ts';

it('looks at all processes once for all that ask within a tenth of a second', async () => {
  const none = { cpuSeconds: 0, residentBytes: 0 };
  expect(groupUse(-1, 1_000)).toEqual(none);
  const script = 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; (sleep 60) & echo; wait';
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const group = child.pid ?? 0;
  expect(groupUse(group, 1_099)).toEqual(none);
  const { cpuSeconds, residentBytes } = groupUse(group, 1_100);
  expect(cpuSeconds).toBeGreaterThan(0.01);
  expect(residentBytes).toBeGreaterThan(100_000);
  process.kill(-group, 'SIGKILL');
  await once(child, 'close');
  expect(groupUse(group, 1_150)).toEqual({ cpuSeconds, residentBytes });
  expect(groupUse(group, 1_200)).toEqual(none);
});
