import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Answer } from '../client.ts';
import type { Stage } from '../stage.ts';
import { demand } from './drill.ts';
import { encodeOf } from './orders.ts';

export const atATime = 2;
export const inADay = 40;
const submits = 60;
export const storageMiB = 4;
const uploads = 30;
const paceMs = 2_500;

/** A new key with these limits, at every gateway. */
export const limitedKey = async (
  { client, fleet, note }: Stage,
  quota: Readonly<Record<string, unknown>>,
): Promise<Client[]> => {
  const key = await client.call<{ id: string; api_key: string }>('POST', '/admin/api-keys', {
    body: { name: `limited to ${JSON.stringify(quota)}` },
  });
  const set = await client.call('PUT', `/admin/api-keys/${key?.body.id}/quota`, { body: quota });
  demand(set?.status === 200, 'the quota is set');
  return fleet.urls.map((url) => new Client(url, key?.body.api_key ?? '', note));
};

/** Asks one gateway after the other until it is told yes or no. */
const answered = async (
  clients: readonly Client[],
  from: number,
  ask: (client: Client) => Promise<Answer<{ code?: string; job_id?: string }> | null>,
): Promise<Answer<{ code?: string; job_id?: string }>> => {
  for (let at = from; ; at++) {
    const answer = await ask(clients[at % clients.length] as Client);
    if (answer !== null && answer.status < 500) return answer;
    await delay(200);
  }
};

/** Submits more than the key may, over the time that restarts take. */
export const overSubmits = async (
  clients: readonly Client[],
  fileId: string,
): Promise<{ accepted: string[]; refused: number }> => {
  const accepted: string[] = [];
  let refused = 0;
  const ask = (n: number) =>
    answered(clients, n, (client) =>
      client.call('POST', '/v1/transcode', { body: encodeOf(fileId), key: `counted-${n}`, promises: 'JobAccepted' }),
    );
  for (let n = 0; n < submits; n += 2) {
    for (const { status, body } of await Promise.all([ask(n), ask(n + 1)])) {
      if (status === 202) accepted.push(String(body.job_id));
      else demand(body.code === 'quota_jobs_per_day', `quota_jobs_per_day, not ${status} ${JSON.stringify(body)}`);
      if (status !== 202) refused++;
    }
    await delay(paceMs);
  }
  return { accepted, refused };
};

/** Uploads more than the key may store, over the time that restarts take. */
export const overStorage = async (dir: string, clients: readonly Client[]): Promise<{ taken: number }> => {
  let taken = 0;
  for (let n = 0; n < uploads; n++) {
    const path = join(dir, `part-${n}.txt`);
    writeFileSync(path, randomBytes(2 ** 19).toString('hex'));
    const { status, body } = await answered(clients, n, (client) => client.store(path, `part-${n}.txt`, `stored-${n}`));
    if (status === 201) taken++;
    else demand(body.code === 'quota_storage', `quota_storage, not ${status} ${JSON.stringify(body)}`);
    await delay(paceMs);
  }
  return { taken };
};
