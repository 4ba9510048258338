import { mostAtATime } from '@ffapi/testkit';
import { serviceNames } from '../../service-names.ts';
import type { Client } from '../client.ts';
import type { Stage } from '../stage.ts';
import { demand, staged, type Drill } from './drill.ts';
import { follow, type Followed } from './follower.ts';
import { copyOf, ended, slowEncodeOf, submit, upload } from './orders.ts';
import { atATime, inADay, limitedKey, overStorage, overSubmits, storageMiB } from './over-quota.ts';

const counts = Object.fromEntries(serviceNames.map((name) => [name, 2]));

/** Keeps jobs of several kinds coming, each followed from every gateway, until told to stop. */
const keepOrdering = async (
  { clients, fleet, receiver }: Stage,
  fileId: string,
  row: number,
  signal: AbortSignal,
): Promise<{ jobId: string; followed: Followed }[]> => {
  const hook = { webhook_url: receiver.url };
  const orders = [
    { path: '/v1/transcode', body: slowEncodeOf(fileId) },
    { path: '/v1/video/thumbnails', body: { video_url: fileId, count: 2, method: 'uniform' } },
    { path: '/v1/transcode', body: copyOf(fileId) },
    { path: '/v1/audio/extract', body: { video_url: fileId, format: 'mp3' } },
  ];
  const all: { jobId: string; followed: Followed }[] = [];
  for (let n = row; !signal.aborted; n++) {
    const { path, body } = orders[n % orders.length] as (typeof orders)[number];
    const at = n % clients.length;
    const jobId = await submit(clients[at] as Client, path, { ...body, ...hook });
    const following = fleet.urls.map((_, from) => follow(fleet.urls, fleet.apiKey, jobId, from));
    for (const followed of await Promise.all(following)) all.push({ jobId, followed });
  }
  return all;
};

type Past = { readonly data: readonly { readonly id: string; readonly type: string }[] };

/** What was seen in pieces is what there was. */
const demandWholeStories = async (
  client: Client,
  all: readonly { jobId: string; followed: Followed }[],
): Promise<void> => {
  for (const { jobId, followed } of all) {
    const past = await client.call<Past>('GET', `/v1/jobs/${jobId}/history`);
    const history = past?.body.data.map(({ id, type }) => `${id} ${type}`) ?? [];
    demand(followed.ids.join() === history.join(), `${jobId} was told as ${followed.ids}, not as ${history}`);
  }
};

/** R25, with nothing that there is only one of. */
export const twinsRolled: Drill = {
  name: 'R25/twins',
  promise:
    'with two processes of every service, each restarted in turn under load: no job fails, quotas hold to the digit, ' +
    'event streams go on at the other gateway, every webhook is told',
  run: ({ dir }) =>
    staged(
      { dir, counts, clipSeconds: 2, readModels: 'mongodb', env: { RATE_LIMIT_REQUESTS_PER_MINUTE: '0' } },
      async (stage) => {
        const { client, clip, fleet } = stage;
        const fileId = await upload(client, clip);
        const counted = await limitedKey(stage, { max_concurrent_jobs: atATime, max_jobs_per_day: inADay });
        const ownFileId = await upload(counted[0] as Client, clip);
        const storing = await limitedKey(stage, { max_storage_mb: storageMiB });
        const over = new AbortController();
        const rolls = (async () => {
          // Gateways last: by then there are streams to break off.
          for (const name of fleet.names.filter((each) => each !== 'nats').toReversed()) {
            await fleet.roll(name);
            await fleet.ready();
          }
          over.abort();
        })();
        const [rows, submits, stored] = await Promise.all([
          Promise.all([0, 1, 2].map((row) => keepOrdering(stage, fileId, row, over.signal))),
          overSubmits(counted, ownFileId),
          overStorage(dir, storing),
          rolls,
        ]);
        const all = rows.flat();
        const jobIds = [...new Set(all.map(({ jobId }) => jobId)), ...submits.accepted];
        const jobs = await ended(client, jobIds, 120);
        demand(
          jobs.every(({ status }) => status === 'completed'),
          `every job is completed: ${JSON.stringify(jobs.filter(({ status }) => status !== 'completed'))}`,
        );
        demand(submits.accepted.length === inADay, `${inADay} submits are taken, not ${submits.accepted.length}`);
        demand(submits.refused > 0, 'what is over the quota is refused');
        const most = mostAtATime(jobs.filter(({ job_id }) => submits.accepted.includes(job_id)));
        demand(most <= atATime, `never more than ${atATime} at a time, not ${most}`);
        demand(stored.taken === storageMiB, `${storageMiB} files of 1 MiB are taken, not ${stored.taken}`);
        await demandWholeStories(client, all);
        const resumes = all.reduce((sum, { followed }) => sum + followed.resumes, 0);
        demand(resumes >= fleet.urls.length, `streams that were broken off were gone on with, not ${resumes} times`);
        return {
          restarts: fleet.names.length - 1,
          most,
          resumes,
          taken: submits.accepted.length,
          stored: stored.taken,
        };
      },
    ),
};
