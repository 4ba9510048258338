import { expect, it } from 'vitest';
import { call, eventually, remux } from './testbed.ts';

interface List {
  readonly data: readonly { readonly job_id: string }[];
}
interface Figures {
  readonly buckets: readonly { readonly submitted: number; readonly completed: number }[];
}

const figures = async (): Promise<readonly number[]> => {
  const { buckets } = (await call<Figures>('GET', '/v1/jobs/analytics')).body;
  return [
    buckets.reduce((sum, { submitted }) => sum + submitted, 0),
    buckets.reduce((sum, { completed }) => sum + completed, 0),
  ];
};

it('a dry run is in no list and no figure, and found by its id', async () => {
  const before = await figures();
  const plan = await call<{ job_id: null }>('POST', '/v1/transcode?dry_run=true', await remux());
  expect([plan.status, plan.body.job_id]).toEqual([200, null]);
  const location = plan.headers.get('location') ?? '';
  expect((await call('GET', location)).body).toMatchObject({ status: 'completed' });
  const real = await call<{ job_id: string }>('POST', '/v1/transcode', await remux(), { prefer: 'wait=60' });
  // What came later is counted: then what came before would be as well.
  await eventually(async () => {
    const [submitted, completed] = await figures();
    return submitted === (before[0] ?? 0) + 1 && completed === (before[1] ?? 0) + 1;
  });
  const listed = (await call<List>('GET', '/v1/jobs')).body.data.map(({ job_id }) => job_id);
  expect(listed).toContain(real.body.job_id);
  expect(listed).not.toContain(location.split('/').at(-1));
});
