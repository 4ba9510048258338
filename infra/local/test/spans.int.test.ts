import { expect, it } from 'vitest';
import { call } from './testbed.ts';

it('analytics and usage take created_after and created_before as from and to', async () => {
  for (const path of ['/v1/jobs/analytics?bucket=day', '/admin/api-keys/key_admin/usage?period=day']) {
    const named = await call('GET', `${path}&created_after=2001-01-01&created_before=2001-02-01`);
    const old = await call('GET', `${path}&from=2001-01-01&to=2001-02-01`);
    expect([named.status, named.body], path).toEqual([old.status, old.body]);
    expect(named.status, path).not.toBe(400);
  }
});

it('the audit log and performance results begin and end by them', async () => {
  for (const path of ['/admin/audit-log', '/admin/perf-test/results']) {
    expect((await call('GET', `${path}?created_after=2001-01-01`)).status, path).toBe(200);
    expect((await call('GET', `${path}?created_before=2001-01-01`)).body, path).toMatchObject({ data: [] });
  }
});
