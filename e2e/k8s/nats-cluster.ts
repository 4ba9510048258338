import { deepStrictEqual } from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, openAsBlob, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ofKind } from '../../infra/k8s/manifest.ts';
import { render } from '../../infra/k8s/render.ts';
import { eventually } from '../eventually.ts';
import { keepTrack } from '../faults/children.ts';
import { cutClip } from '../faults/clip.ts';
import { freePorts } from '@ffapi/testkit';
import { ServiceProcess } from '../faults/service-process.ts';

interface Member {
  readonly name: string;
  readonly url: string;
  readonly monitorUrl: string;
  readonly process: ChildProcess;
}

const recoveryMs = 120_000;

/** The servers of prod with the configuration of prod, but for their addresses and folders. */
const startMembers = async (dir: string): Promise<Member[]> => {
  const config = ofKind(render('prod'), 'ConfigMap').find(({ metadata }) => metadata.name.startsWith('nats-config'));
  const [clients, monitors, routes] = await Promise.all([freePorts(3), freePorts(3), freePorts(3)]);
  return clients.map((client, i) => {
    const home = join(dir, `nats-${i}`);
    mkdirSync(home);
    const own = config?.data?.['nats.conf']
      ?.replace('0.0.0.0:4222', `127.0.0.1:${client}`)
      .replace('0.0.0.0:8222', `127.0.0.1:${monitors[i]}`)
      .replace('0.0.0.0:6222', `127.0.0.1:${routes[i]}`)
      .replace('store_dir: /data', `store_dir: ${JSON.stringify(home)}`)
      .replaceAll(/nats-(\d)\.nats-headless:6222/g, (_, n: string) => `127.0.0.1:${routes[Number(n)]}`);
    writeFileSync(join(home, 'nats.conf'), own ?? '');
    const env = { ...process.env, POD_NAME: `nats-${i}` };
    const child = spawn('nats-server', ['--config', join(home, 'nats.conf')], { stdio: 'ignore', env });
    return {
      name: `nats-${i}`,
      url: `nats://127.0.0.1:${client}`,
      monitorUrl: `http://127.0.0.1:${monitors[i]}`,
      process: keepTrack(child),
    };
  });
};

const isWell = ({ monitorUrl }: Member): Promise<true | undefined> =>
  fetch(`${monitorUrl}/healthz`).then(
    ({ ok }) => ok || undefined,
    () => undefined,
  );

/** Starts the platform on three servers and takes the one away that leads the events; a job is sent until it is taken. */
export const outliveOneServer = async (
  dir: string,
): Promise<{ readonly acceptedSeconds: number; readonly doneSeconds: number }> => {
  mkdirSync(dir);
  const members = await startMembers(dir);
  const [first, second] = members as [Member, Member, Member];
  await Promise.all(members.map((member) => eventually(() => isWell(member))));
  const apiKey = `key_${randomBytes(16).toString('hex')}`;
  const platform = new ServiceProcess(
    {
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      FFAPI_DATA_DIR: join(dir, 'data'),
      NATS_URL: first.url,
      // Behind the Service it is any of them that answers.
      NATS_MONITOR_URL: second.monitorUrl,
      NATS_REPLICAS: '3',
      MIN_FREE_SPACE_MB: '0',
      LOG_LEVEL: 'error',
    },
    join(dir, 'platform.log'),
  );
  const url = await platform.ready;
  const connection = await connect({ servers: members.map((member) => member.url) });
  const { streams } = await jetstreamManager(connection);
  const copies: Record<string, number> = {};
  for await (const { config } of streams.list()) copies[config.name] = config.num_replicas;
  deepStrictEqual(
    Object.entries(copies).filter(([, count]) => count !== 3),
    [],
    'streams with fewer copies',
  );

  const clip = join(dir, 'clip.mp4');
  await cutClip(clip, 1);
  const headers = { 'x-api-key': apiKey };
  const form = new FormData();
  form.set('file', await openAsBlob(clip), 'clip.mp4');
  const upload = await fetch(`${url}/v1/files`, { method: 'POST', headers, body: form });
  const { file_id } = (await upload.json()) as { file_id: string };
  const { cluster } = await streams.info('EVENTS');
  const leader = members.find(({ name }) => name === cluster?.leader) as Member;
  leader.process.kill('SIGKILL');
  await once(leader.process, 'exit');

  const startMs = performance.now();
  const secondsSince = (): number => (performance.now() - startMs) / 1000;
  const limit = AbortSignal.timeout(recoveryMs);
  const job = { input_url: file_id, output_format: 'mp4', resolution: '240p' };
  const jobId = await eventually(async () => {
    limit.throwIfAborted();
    const answer = await fetch(`${url}/v1/transcode`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': 'after-the-loss' },
      body: JSON.stringify(job),
    });
    return answer.status === 202 ? ((await answer.json()) as { job_id: string }).job_id : undefined;
  });
  const acceptedSeconds = secondsSince();
  await eventually(async () => {
    limit.throwIfAborted();
    const answer = await fetch(`${url}/v1/jobs/${jobId}`, { headers });
    const { status } = (await answer.json()) as { status?: string };
    return status === 'completed' || undefined;
  });
  const doneSeconds = secondsSince();
  await connection.close();
  await platform.end('SIGTERM');
  for (const member of members) member.process.kill('SIGKILL');
  return { acceptedSeconds, doneSeconds };
};
