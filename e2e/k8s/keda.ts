import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KubernetesObject, V1Job, V1Pod, V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { freePorts } from '@ffapi/testkit';
import { ofKind, valueOf, workloadsOf, type Manifest, type Workload } from '../../infra/k8s/manifest.ts';
import { renderProdWith } from '../../infra/k8s/render.ts';
import { eventually } from '../eventually.ts';
import { keepTrack } from '../faults/children.ts';
import { Client, type Job } from '../faults/client.ts';
import { cutClip } from '../faults/clip.ts';
import { NatsProcess } from '../faults/nats-process.ts';
import { ServiceProcess, type Environment } from '../faults/service-process.ts';
import { serviceNames } from '../service-names.ts';
import { sharedSettings } from '../shared-settings.ts';
import { Cluster, nodeOf } from './cluster.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { defineKedaKinds, kedaFolder } from './keda-kinds.ts';
import { largeNode } from './nodes.ts';

const podsOfJobs = 'transcode-long';
const patienceMs = 120_000;
const apiKey = `key_${randomBytes(16).toString('hex')}`;

interface Scaling {
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly triggers: readonly [{ readonly metadata: { readonly lagThreshold: string } }];
}

/** Everything of the platform but `transcode`, and one warm worker of it, as the Deployment starts it. */
const startPlatform = async (dir: string, nats: NatsProcess, warm: Workload) => {
  const [blobPort = 0] = await freePorts(1);
  const shared = sharedSettings(nats, apiKey);
  const processes: ServiceProcess[] = [];
  const start = (name: string, env: Environment): ServiceProcess => {
    const data = { FFAPI_DATA_DIR: join(dir, name) };
    const process = new ServiceProcess({ ...shared, ...env, ...data }, join(dir, `${name}.log`));
    processes.push(process);
    return process;
  };
  const worker = { SERVICES: 'transcode', BLOB_URL: `http://127.0.0.1:${blobPort}` };
  const others = serviceNames.filter((name) => name !== 'transcode').join(',');
  const url = await start('platform', { SERVICES: others, BLOB_PORT: String(blobPort) }).ready;
  await start('warm', { ...worker, WORKER_CONCURRENCY: valueOf(warm, 'WORKER_CONCURRENCY') ?? '' }).ready;
  return {
    client: new Client(url, apiKey),
    startForOneTask: (name: string) => start(name, { ...worker, WORKER_ONE_TASK: 'true' }),
    end: () => Promise.all(processes.map((process) => process.end('SIGTERM'))),
  };
};

/** Operator and kinds of KEDA, beside a control plane. */
const startKeda = async (head: ControlPlane, dir: string): Promise<{ polls(): number }> => {
  await defineKedaKinds(head.config);
  // Nobody asks it for metrics here, but without certificates for that it ends: those of the API server do.
  const certificates = join(dir, 'keda-certificates');
  mkdirSync(certificates);
  for (const [name, of] of Object.entries({ 'ca.crt': 'crt', 'tls.crt': 'crt', 'tls.key': 'key' }))
    copyFileSync(join(dirname(head.configFile), `certificates/apiserver.${of}`), join(certificates, name));
  const [metrics = 0, probes = 0, scaler = 0] = await freePorts(3);
  const logFile = join(dir, 'keda.log');
  const log = openSync(logFile, 'w');
  const address = (port: number): string => `127.0.0.1:${port}`;
  const flags = {
    'metrics-bind-address': address(metrics),
    'health-probe-bind-address': address(probes),
    'metrics-service-bind-address': address(scaler),
    'cert-dir': certificates,
  };
  const env = {
    KUBECONFIG: head.configFile,
    WATCH_NAMESPACE: 'ffapi',
    POD_NAMESPACE: 'ffapi',
    KEDA_CLUSTER_OBJECT_NAMESPACE: 'ffapi',
    HOME: dir,
  };
  const argv = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  keepTrack(spawn(join(kedaFolder(), 'keda-operator'), argv, { stdio: ['ignore', log, log], env }));
  closeSync(log);
  return { polls: () => readFileSync(logFile, 'utf8').split('Number of running Jobs').length - 1 };
};

/** A manifest of prod with the NATS that runs here, asked more often. */
const hereOf = ({ monitorUrl }: NatsProcess, manifest: Manifest): KubernetesObject => {
  const text = JSON.stringify(manifest).replaceAll('nats-headless.ffapi.svc:8222', new URL(monitorUrl).host);
  return JSON.parse(text.replaceAll('"pollingInterval":15', '"pollingInterval":1')) as KubernetesObject;
};

/** KEDA reads what the pods it scales are given; without the secret it scales nothing. */
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'ffapi-secrets', namespace: 'ffapi' },
  stringData: { SECRETS_KEY: 'x', ADMIN_API_KEY: 'x', DATABASE_URL: 'x' },
} as KubernetesObject;

/** Least and most replicas, and the tasks of one. */
type Numbers = readonly (number | string | undefined)[];

const wantedOf = ({ spec }: Manifest): Numbers => {
  const { minReplicaCount, maxReplicaCount, triggers } = spec as unknown as Scaling;
  return [minReplicaCount, maxReplicaCount, triggers[0].metadata.lagThreshold];
};

const scalingOf = (service: string, scalers: readonly V2HorizontalPodAutoscaler[]): Numbers => {
  const scaler = scalers.find(({ spec }) => spec?.scaleTargetRef.name === service)?.spec;
  return [scaler?.minReplicas, scaler?.maxReplicas, scaler?.metrics?.[0]?.external?.target.averageValue];
};

/** The part of the kubelet: a process for each pod of a Job that has a node, whose end is that of the pod. */
const runPods = (cluster: Cluster, start: (name: string) => ServiceProcess) => {
  const ran = new Map<string, ServiceProcess>();
  const failures: string[] = [];
  const run = async (pod: V1Pod, name: string): Promise<void> => {
    const process = start(name);
    ran.set(name, process);
    const code = await process.exited;
    if (code !== 0) failures.push(`${name} ended with ${code}`);
    await cluster.endedWith(pod, code);
  };
  const looking = setInterval(() => {
    for (const pod of cluster.pods(podsOfJobs)) {
      const name = pod.metadata?.name ?? '';
      if (nodeOf(pod) && !ran.has(name)) void run(pod, name).catch((error) => failures.push(String(error)));
    }
  }, 100);
  return { ran, failures, stop: () => clearInterval(looking) };
};

export interface LongEncodes {
  readonly jobs: number;
  readonly byWarm: number;
  readonly byPods: number;
  /** Pods that came too late to find a task. */
  readonly idle: number;
}

/**
 * KEDA's operator reads the queue of a platform that works, makes Jobs of it, and this program runs their pods, as a
 * kubelet would: each is one process that takes one task.
 */
export const encodeInJobs = async (dir: string, binaries: string): Promise<LongEncodes> => {
  mkdirSync(dir);
  const limit = AbortSignal.timeout(patienceMs);
  const until = <T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> =>
    eventually(() => {
      limit.throwIfAborted();
      return ask();
    });
  const [natsPort = 0, monitorPort = 0] = await freePorts(2);
  const nats = new NatsProcess(join(dir, 'nats'), natsPort, monitorPort);
  await nats.start();
  const manifests = renderProdWith('long-encodes');
  const warm = workloadsOf(manifests).find(({ name }) => name === 'transcode') as Workload;
  const platform = await startPlatform(dir, nats, warm);
  const head = await startControlPlane(join(dir, 'head'), binaries);
  const cluster = await Cluster.open(head.config);
  const ofKinds = (...kinds: readonly string[]): KubernetesObject[] =>
    kinds.flatMap((kind) => ofKind(manifests, kind)).map((each) => hereOf(nats, each));
  const { polls } = await startKeda(head, dir);
  await cluster.create(largeNode);
  await cluster.apply(...ofKinds('Namespace'));
  await cluster.create(secret);
  await cluster.apply(...ofKinds('PriorityClass', 'ServiceAccount', 'ConfigMap', 'Deployment'));
  await cluster.apply(...ofKinds('ScaledObject', 'ScaledJob'));

  const scaledObjects = ofKind(manifests, 'ScaledObject');
  const scalers = await until(async () => {
    const all = await cluster.list<V2HorizontalPodAutoscaler>('autoscaling/v2', 'HorizontalPodAutoscaler');
    return all.length === scaledObjects.length ? all : undefined;
  });
  for (const each of scaledObjects) deepStrictEqual(scalingOf(each.metadata.name, scalers), wantedOf(each));

  const { ran, failures, stop } = runPods(cluster, platform.startForOneTask);
  const submitted: string[] = [];
  const submit = async (count: number): Promise<string[]> => {
    const answers = await Promise.all(
      Array.from({ length: count }, () => platform.client.call<Job>('POST', '/v1/transcode', { body })),
    );
    const jobIds = answers.map((answer) => answer?.body.job_id ?? '');
    submitted.push(...jobIds);
    return jobIds;
  };
  const ofStatus = async (jobIds: readonly string[], status: string): Promise<number> =>
    (await Promise.all(jobIds.map((jobId) => platform.client.job(jobId)))).filter((job) => job?.status === status)
      .length;

  await cutClip(join(dir, 'clip.mp4'), 3);
  const fileId = await platform.client.upload(join(dir, 'clip.mp4'), 'clip.mp4');
  const body = { input_url: fileId, output_format: 'mp4', resolution: '720p', encoder_preset: 'slower' };

  const few = await submit(2);
  await until(async () => (await ofStatus(few, 'running')) === 2 || undefined);
  const pollsBefore = polls();
  await until(() => polls() > pollsBefore + 2 || undefined);
  ok((await ofStatus(few, 'running')) > 0, 'the encodes were too short to see anything');
  strictEqual((await cluster.list<V1Job>('batch/v1', 'Job')).length, 0, 'Jobs were made for what the warm pod does');

  const many = await submit(8);
  await until(async () => (await ofStatus(many, 'completed')) === many.length || undefined);
  await until(async () => (await ofStatus(few, 'completed')) === few.length || undefined);
  const workers = await Promise.all(submitted.map((jobId) => workersOf(platform.client, jobId)));
  const podOf = (worker: string): string | undefined =>
    [...ran].find(([, { pid }]) => worker.includes(`-${pid}-`))?.[0];
  const pods = workers.flat().flatMap((worker) => podOf(worker) ?? []);
  deepStrictEqual(
    workers.map((each) => each.length),
    submitted.map(() => 1),
    'a task was begun twice',
  );
  strictEqual(new Set(pods).size, pods.length, 'a pod took two tasks');
  ok(pods.length > 0, 'no pod took a task');

  const idle = [...ran].filter(([name]) => !pods.includes(name));
  await Promise.all(pods.map((name) => ran.get(name)?.exited));
  await Promise.all(idle.map(([, process]) => process.end('SIGTERM')));
  await until(async () => {
    const jobs = await cluster.list<V1Job>('batch/v1', 'Job');
    return jobs.every(({ status }) => (status?.succeeded ?? 0) === 1) || undefined;
  });
  stop();
  deepStrictEqual(failures, []);
  await cluster.close();
  await head.stop();
  await platform.end();
  await nats.end('SIGTERM');
  return { jobs: submitted.length, byWarm: submitted.length - pods.length, byPods: pods.length, idle: idle.length };
};

interface Told {
  readonly data: readonly {
    readonly type: string;
    readonly data: { readonly worker?: string; readonly pool?: string };
  }[];
}

/** Who began a transcode of the job. */
const workersOf = async (client: Client, jobId: string): Promise<string[]> => {
  const answer = await client.call<Told>('GET', `/v1/jobs/${jobId}/history?limit=200`);
  return (answer?.body.data ?? []).flatMap(({ type, data }) =>
    type === 'TaskStarted' && data.pool === 'transcode-cpu' && data.worker ? [data.worker] : [],
  );
};
