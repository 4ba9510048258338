import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject, V1Pod, V1PodSpec, V1ValidatingAdmissionPolicy } from '@kubernetes/client-node';
import { root } from '../../infra/docker/dockerfile.ts';
import { workloadsOf, type Manifest, type Workload } from '../../infra/k8s/manifest.ts';
import { render } from '../../infra/k8s/render.ts';
import { eventually } from '../eventually.ts';
import { takeChildrenAlong } from '../faults/children.ts';
import { Cluster, nodeOf, reasonOf } from './cluster.ts';
import { startControlPlane } from './control-plane.ts';
import { defineKedaKinds } from './keda-kinds.ts';
import { encodeInJobs } from './keda.ts';
import { outliveOneServer } from './nats-cluster.ts';
import { disks, gpuNodeNames, gpuTaint, nodes } from './nodes.ts';

/**
 * The rendered overlay prod in a real control plane: the API server admits it, the controllers make pods of it, the
 * scheduler puts them on nodes. Nothing runs there, and pods that are to end are ended by this program. Its NATS runs.
 */
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const dir = mkdtempSync(join(tmpdir(), 'ffapi-k8s-'));
takeChildrenAlong();
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const binaries = execFileSync(process.execPath, [join(root, 'tools/k8s/build.mjs')], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
}).trim();
say(`starting etcd, kube-apiserver, kube-controller-manager and kube-scheduler of ${binaries}`);
const startMs = performance.now();
const seconds = (): string => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
const head = await startControlPlane(join(dir, 'head'), binaries);
say(`the API server is ready after ${seconds()}`);

const manifests = render('prod');
const workloads = workloadsOf(manifests);
const replicasOf = ({ replicas = 1 }: Workload): number => replicas;
const podsMin = workloads.reduce((sum, each) => sum + replicasOf(each), 0);
const isGpuNode = (name: string | undefined): boolean => name !== undefined && gpuNodeNames.includes(name);
const objectsOf = (wanted: (manifest: Manifest) => boolean): KubernetesObject[] =>
  manifests.filter(wanted) as unknown as KubernetesObject[];

/** A pod made as the workload makes them, with changes. */
const podOf = (service: string, name: string, change: (spec: V1PodSpec) => V1PodSpec): KubernetesObject => {
  const { pod, podLabels } = workloads.find((each) => each.name === service) as Workload;
  const spec = change(structuredClone(pod) as unknown as V1PodSpec);
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'ffapi', labels: podLabels }, spec } as never;
};
const needing = (spec: V1PodSpec, requests: Record<string, string>): V1PodSpec => ({
  ...spec,
  containers: spec.containers.map((each) => ({
    ...each,
    resources: { ...each.resources, requests: { ...each.resources?.requests, ...requests } },
  })),
});
const withGpu = (spec: V1PodSpec): V1PodSpec => ({
  ...spec,
  containers: spec.containers.map((each) => ({
    ...each,
    resources: { ...each.resources, limits: { ...each.resources?.limits, 'nvidia.com/gpu': '1' } },
  })),
});
const inForceMs = 30_000;
const gpuToleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };

const cluster = await Cluster.open(head.config);
const failures: string[] = [];
const check = async (what: string, run: () => Promise<void>): Promise<void> => {
  try {
    await run();
    say(`ok      ${what}  (${seconds()})`);
  } catch (error) {
    failures.push(what);
    say(`FAILED  ${what}\n${(error as Error).message}`);
  }
};
/** The pods of a service that wait, once all of them have been placed or put aside. */
const waitingOf = (service: string, count: number): Promise<V1Pod[]> =>
  cluster.until(`${count} pods of ${service} are placed or wait`, () => {
    const pods = cluster.pods(service);
    const waiting = pods.filter((pod) => nodeOf(pod) === undefined);
    return pods.length === count && waiting.every((pod) => reasonOf(pod) !== '') && waiting;
  });
/** The API server reads a policy a moment after it has stored it. */
const isInForce = async (refused: KubernetesObject): Promise<void> => {
  const limit = AbortSignal.timeout(inForceMs);
  await eventually(async () => {
    limit.throwIfAborted();
    return (await cluster.refusalOf(refused)) ?? undefined;
  });
};
const nobodyStrays = (): void => {
  for (const pod of cluster.pods()) {
    const service = pod.metadata?.labels?.['app.kubernetes.io/name'] ?? '';
    if (nodeOf(pod)) strictEqual(isGpuNode(nodeOf(pod)), service === 'transcode-gpu', pod.metadata?.name);
  }
};

await check('the API server takes every manifest of prod', async () => {
  await defineKedaKinds(head.config);
  await cluster.create(...nodes, ...disks);
  await cluster.apply(...objectsOf(({ kind }) => kind === 'Namespace'));
  await cluster.apply(...objectsOf(({ kind }) => kind !== 'Namespace'));
});

await check(
  `all ${podsMin} pods are admitted and put on nodes: those with a GPU on GPU nodes, no other there`,
  async () => {
    await cluster.until('every pod has its node', () => {
      const placed = cluster.pods().filter((pod) => nodeOf(pod) !== undefined);
      return placed.length === podsMin;
    });
    for (const each of workloads) strictEqual(cluster.pods(each.name).length, replicasOf(each), each.name);
    nobodyStrays();
    strictEqual(new Set(cluster.pods('nats').map(nodeOf)).size, 3, 'servers of NATS on one node');
  },
);

await check(
  'the admission policy is sound, and refuses pods with some of the keys and not all of the locks',
  async () => {
    const policy = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy' };
    const read = await cluster.read<V1ValidatingAdmissionPolicy>({ ...policy, metadata: { name: 'ffapi-gpu' } });
    deepStrictEqual(read.status?.typeChecking?.expressionWarnings ?? [], []);
    const refused = async (service: string, why: RegExp, change: (spec: V1PodSpec) => V1PodSpec): Promise<void> =>
      match((await cluster.refusalOf(podOf(service, 'tried', change))) ?? 'it was admitted', why);
    await isInForce(podOf('audio', 'tried', withGpu));
    strictEqual(await cluster.refusalOf(podOf('audio', 'tried', (spec) => spec)), null);
    strictEqual(await cluster.refusalOf(podOf('transcode-gpu', 'tried', (spec) => spec)), null);
    await refused('audio', /only transcode-gpu may tolerate/, (spec) => ({ ...spec, tolerations: [gpuToleration] }));
    await refused('audio', /only transcode-gpu may tolerate/, (spec) => ({
      ...spec,
      tolerations: [{ operator: 'Exists' }],
    }));
    await refused('audio', /only transcode-gpu may ask/, withGpu);
    await refused('transcode-gpu', /all three/, (spec) => ({ ...spec, affinity: undefined }));
    await refused('transcode-gpu', /all three/, (spec) => ({ ...spec, tolerations: undefined }));
    await refused('transcode-gpu', /all three/, (spec) => ({
      ...spec,
      containers: spec.containers.map((each) => ({ ...each, resources: undefined })),
    }));
  },
);

await check('the namespace refuses a pod with rights', async () => {
  const privileged = podOf('audio', 'tried', (spec) => ({
    ...spec,
    containers: spec.containers.map((each) => ({ ...each, securityContext: { privileged: true } })),
  }));
  match((await cluster.refusalOf(privileged)) ?? 'it was admitted', /violates PodSecurity/);
});

await check('of three pods with a GPU, two have one and the third waits', async () => {
  await cluster.scale('transcode-gpu', 3);
  const [third, ...others] = await waitingOf('transcode-gpu', 3);
  match(third ? reasonOf(third) : 'all have one', /2 Insufficient nvidia\.com\/gpu/);
  deepStrictEqual(others, []);
  deepStrictEqual(
    cluster
      .pods('transcode-gpu')
      .flatMap((pod) => nodeOf(pod) ?? [])
      .toSorted(),
    gpuNodeNames,
  );
});

await check('with all other nodes full, pods wait, though GPU nodes have room', async () => {
  await cluster.scale('transcode', 12);
  const waiting = await waitingOf('transcode', 12);
  ok(waiting.length > 0, 'there was room for all');
  for (const pod of waiting) {
    match(reasonOf(pod), /4 Insufficient cpu/);
    match(reasonOf(pod), /2 node\(s\) had untolerated taint/);
  }
  nobodyStrays();
});

await check('the taint holds without the affinity, and the affinity without the taint', async () => {
  await cluster.create(podOf('transcode', 'no-affinity', (spec) => ({ ...spec, affinity: undefined })));
  const waiting = await cluster.until('it waits', () => {
    const pod = cluster.pod('no-affinity');
    return pod && reasonOf(pod) !== '' && pod;
  });
  match(reasonOf(waiting), /2 node\(s\) had untolerated taint/);
  await cluster.removePod('no-affinity');
  for (const name of gpuNodeNames) await cluster.taint(name, []);
  const kept = /2 node\(s\) didn't match Pod's node affinity\/selector/;
  await cluster.until('the scheduler has looked at nodes without a taint', () =>
    cluster.pods('transcode').some((pod) => kept.test(reasonOf(pod))),
  );
  nobodyStrays();
  for (const name of gpuNodeNames) await cluster.taint(name, [gpuTaint]);
});

await check('what is waited for takes the place of what gives way', async () => {
  const before = new Map(cluster.pods().map((pod) => [pod.metadata?.name, pod]));
  await cluster.create(
    podOf('alerting', 'urgent', (spec) => needing({ ...spec, priorityClassName: 'ffapi-control' }, { cpu: '4' })),
  );
  const urgent = await cluster.until('it has a node', () => {
    const pod = cluster.pod('urgent');
    return pod && nodeOf(pod) !== undefined && pod;
  });
  strictEqual(isGpuNode(nodeOf(urgent)), false);
  const gone = [...before.values()].filter((pod) => nodeOf(pod) && !cluster.pod(pod.metadata?.name ?? ''));
  deepStrictEqual([...new Set(gone.map(({ spec }) => spec?.priorityClassName))], ['ffapi-preemptible-batch']);
  await cluster.removePod('urgent');
});

await check('without GPU nodes, pods with a GPU wait, though other nodes have room', async () => {
  await cluster.scale('transcode', 1);
  await cluster.scale('transcode-gpu', 0);
  await cluster.until(
    'room',
    () => cluster.pods('transcode').length === 1 && cluster.pods('transcode-gpu').length === 0,
  );
  for (const name of gpuNodeNames) await cluster.removeNode(name);
  await cluster.scale('transcode-gpu', 1);
  const [pod] = await waitingOf('transcode-gpu', 1);
  match(
    pod ? reasonOf(pod) : 'it has a node',
    /0\/4 nodes are available: 4 node\(s\) didn't match Pod's node affinity\/selector/,
  );
});

await cluster.close();
await head.stop();

await check('KEDA follows the queue: one Job for each encode that the warm pod has no hands for', async () => {
  const { jobs, byWarm, byPods, idle } = await encodeInJobs(join(dir, 'keda'), binaries);
  say(
    `        of ${jobs} encodes ${byWarm} in the warm pod, ${byPods} in a Job each; ${idle} Jobs found nothing to do`,
  );
});

await check('the platform outlives the loss of one of three NATS servers, the one that leads the events', async () => {
  const { acceptedSeconds, doneSeconds } = await outliveOneServer(join(dir, 'nats'));
  say(`        a job was accepted ${acceptedSeconds.toFixed(1)} s later, and done after ${doneSeconds.toFixed(1)} s`);
});

say(failures.length === 0 ? `all as it should be after ${seconds()}` : `${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
