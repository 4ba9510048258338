import { openBucket } from '@ffapi/bus';
import type { ServiceContext } from '@ffapi/service-kit';
import { RequestRefused } from './problem.http.ts';

const ttlMs = 15_000;

/** Takes the only place there is, among all gateways, or refuses; gives what gives it back. */
export const acquireSingleton = async ({ connection, instance, log }: ServiceContext): Promise<() => Promise<void>> => {
  const bucket = await openBucket(connection, 'PERF_RUN', { ttl: ttlMs, history: 1 });
  const held = await bucket.get('run');
  if (held?.operation === 'PUT') throw new RequestRefused('perf_test_running');
  let revision: number;
  try {
    revision = await bucket.create('run', instance);
  } catch (error) {
    if ((await bucket.get('run'))?.operation === 'PUT') throw new RequestRefused('perf_test_running');
    throw error;
  }
  const renewing = setInterval(async () => {
    try {
      revision = await bucket.update('run', instance, revision);
    } catch (err) {
      log.warn({ err }, 'the place of the performance tests could not be renewed');
    }
  }, ttlMs / 3);
  return async () => {
    clearInterval(renewing);
    await bucket.delete('run', { previousSeq: revision });
  };
};
