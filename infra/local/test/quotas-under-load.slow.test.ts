import { expect, it } from 'vitest';
import { mostAtATime } from '@ffapi/testkit';
import { limited, mebibyte, send, storedBytes, submit } from './quotas-client.ts';
import { eventually } from './testbed.ts';

it('max_concurrent_jobs lets 50 parallel submits all end, and never more than 5 of them run', async () => {
  const key = await limited({ max_concurrent_jobs: 5, max_jobs_per_hour: null });
  const answers = await Promise.all(Array.from({ length: 50 }, () => submit(key, {}, { prefer: 'wait=60' })));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
  const jobs = answers.map(({ body }) => body);
  expect(jobs.every(({ status }) => status === 'completed')).toBe(true);
  expect(mostAtATime(jobs)).toBeGreaterThan(1);
  expect(mostAtATime(jobs)).toBeLessThanOrEqual(5);
});

it('max_storage_mb is never passed by 100 uploads against the last 100 MB', async () => {
  const key = await limited({ max_storage_mb: 100 });
  const statuses = await Promise.all(Array.from({ length: 100 }, () => send(key, 3 * mebibyte)));
  const counts = Object.fromEntries(
    [...new Set(statuses)].map((each) => [each, statuses.filter((one) => one === each).length]),
  );
  expect(counts).toEqual({ 201: 33, 413: 67 });
  await eventually(async () => (await storedBytes(key)) === 33 * 3 * mebibyte);
  expect(await send(key, mebibyte)).toBe(201);
  expect(await send(key, 1_000)).toBe(413);
});
