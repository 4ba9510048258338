import { routes, type JobResource } from '@ffapi/contracts';
import { z } from 'zod';
import { beforeAll, expect, it } from 'vitest';
import { call, done, remux, url } from './testbed.ts';

const schemaOf = (id: string): z.ZodType => {
  const schema = routes.find((route) => route.id === id)?.response;
  if (!schema) throw new Error(`${id} declares no answer`);
  return schema;
};

let jobId = '';
beforeAll(async () => {
  const job = await done('/v1/transcode', remux());
  jobId = job.job_id;
});

const answers: readonly [string, string, string, unknown?][] = [
  ['list_operations', 'GET', '/v1/operations'],
  ['list_workers', 'GET', '/admin/workers'],
  ['health', 'GET', '/health'],
  ['health_live', 'GET', '/health/live'],
  ['health_ready', 'GET', '/health/ready'],
  ['health_detailed', 'GET', '/health/detailed'],
  ['job_analytics', 'GET', '/v1/jobs/analytics'],
  ['job_history', 'GET', '/v1/jobs/{id}/history'],
  ['bulk_cancel_jobs', 'POST', '/v1/jobs/bulk-cancel', { job_ids: ['job_000000'] }],
  ['export_jobs', 'GET', '/v1/jobs/export'],
  ['list_dead_letters', 'GET', '/v1/dead-letters'],
  ['openapi', 'GET', '/openapi.json'],
  ['asyncapi', 'GET', '/asyncapi.json'],
  ['legacy_job', 'GET', '/jobs/{id}'],
  ['legacy_logs', 'GET', '/logs'],
  ['legacy_gpu_test', 'GET', '/gpu/test'],
];

it.each(answers)('%s answers what it declares, and declares what it answers', async (id, method, path, body) => {
  const schema = schemaOf(id);
  expect(JSON.stringify(z.toJSONSchema(schema, { io: 'output' }))).not.toContain('"properties":{},');
  const { status, body: answer } = await call<JobResource>(method, path.replace('{id}', jobId), body);
  expect(status).toBe(200);
  expect(schema.parse(answer)).toEqual(answer);
});

it('health with a key and without differ in what they may leave out alone', async () => {
  const open: unknown = await (await fetch(`${url}/health/detailed`)).json();
  expect(schemaOf('health_detailed').parse(open)).toEqual(open);
});
