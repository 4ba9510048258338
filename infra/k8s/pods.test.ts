import { describe, expect, it } from 'vitest';
import { media, ofKind, servicesOf, termsOf, valueOf, workloadsOf, type Workload } from './manifest.ts';
import { canRender, overlays, render } from './render.ts';

const named = (pick: typeof workloadsOf) =>
  canRender
    ? overlays.flatMap((overlay) => pick(render(overlay)).map((each) => [`${each.name} of ${overlay}`, each] as const))
    : [];
const everyWorkload = named(workloadsOf);
const everyService = named(servicesOf);
const prod = canRender ? render('prod') : [];

const bytesOf = (quantity: string): number => {
  const [, amount, unit = ''] = /^(\d+)(Mi|Gi)?$/.exec(quantity) ?? [];
  return Number(amount) * { '': 1, Mi: 2 ** 20, Gi: 2 ** 30 }[unit as '' | 'Mi' | 'Gi'];
};

describe.runIf(canRender)('every pod', () => {
  it.each(everyWorkload)('%s has no rights, and writes where it is told to', (_name, { pod, container }) => {
    expect(pod.initContainers).toBeUndefined();
    expect(pod.containers).toHaveLength(1);
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it.each(everyWorkload)('%s says what it needs, and processors are not rationed', (_name, { pod, container }) => {
    const { requests, limits } = container.resources;
    expect(Object.keys(requests).toSorted()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    const rationed = Object.keys(limits).filter((key) => key !== 'nvidia.com/gpu');
    expect(rationed.toSorted()).toEqual(['ephemeral-storage', 'memory']);
    const scratch = (pod.volumes ?? []).flatMap(({ emptyDir }) => emptyDir ?? []);
    const scratchBytes = scratch.reduce((sum, { sizeLimit = '' }) => sum + bytesOf(sizeLimit), 0);
    // What it logs comes on top.
    expect(scratchBytes).toBeLessThan(bytesOf(limits['ephemeral-storage'] ?? ''));
  });

  it.each(everyService)('%s is spread over zones, and is who it is everywhere', (_name, { name, pod, podLabels }) => {
    expect(podLabels).toMatchObject({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'ffapi' });
    expect(pod.topologySpreadConstraints).toMatchObject([
      { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
    ]);
    expect(pod.securityContext).toMatchObject({ runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001 });
    expect(pod.enableServiceLinks).toBe(false);
  });

  it.each(everyService)('%s is asked whether it lives and whether it is ready', (_name, { name, container }) => {
    const port = name === 'gateway' ? 'http' : 'metrics';
    expect(container.livenessProbe).toEqual({
      httpGet: { path: '/health/live', port },
      initialDelaySeconds: 10,
      periodSeconds: 30,
      timeoutSeconds: 5,
    });
    expect(container.readinessProbe).toEqual({
      httpGet: { path: '/health/ready', port },
      initialDelaySeconds: 5,
      periodSeconds: 10,
      timeoutSeconds: 5,
    });
    const ports = Object.fromEntries((container.ports ?? []).map((each) => [each.name, each.containerPort]));
    expect(ports).toMatchObject(name === 'gateway' ? { http: 3000, metrics: 9464 } : { metrics: 9464 });
  });

  it.each(everyWorkload)('%s has minutes to start before it is asked whether it lives', (_name, { container }) => {
    const { startupProbe: { periodSeconds = 0, failureThreshold = 0 } = {} } = container;
    expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(300);
  });

  it.each(everyService)('%s has ended before it is killed', (_name, each) => {
    const { name, pod, container } = each;
    const kill = pod.terminationGracePeriodSeconds ?? 0;
    const preStop = name === 'gateway' ? 5 : 0;
    expect(Number(valueOf(each, 'SHUTDOWN_GRACE_SECONDS')) + preStop).toBeLessThan(kill);
    expect(container.lifecycle).toEqual(preStop > 0 ? { preStop: { sleep: { seconds: preStop } } } : undefined);
    if (media.includes(name)) expect(kill).toBe(name.startsWith('transcode') ? 3600 : 600);
    // A pod that is ending is out of its Service: as long as it takes, nobody reaches the files.
    if (name === 'storage-disk') expect(kill).toBeLessThanOrEqual(30);
  });
});

describe.runIf(canRender)('the overlay for a laptop', () => {
  const dev = canRender ? workloadsOf(render('dev')) : [];
  const sumOf = (pick: (each: Workload) => number): number =>
    dev.reduce((sum, each) => sum + (each.replicas ?? 1) * pick(each), 0);

  it('leaves a local cluster of two processors what that needs for itself', () => {
    const milliOf = (cpu: string): number => (cpu.endsWith('m') ? Number(cpu.slice(0, -1)) : 1000 * Number(cpu));
    expect(dev.length).toBeGreaterThan(12);
    // minikube and kind take 750 to 950 thousandths for their own pods.
    expect(sumOf(({ container }) => milliOf(container.resources.requests.cpu ?? ''))).toBeLessThanOrEqual(1000);
    expect(sumOf(({ container }) => bytesOf(container.resources.requests.memory ?? ''))).toBeLessThan(3 * 2 ** 30);
  });

  it('fits a disk of 20 GB, volumes and scratch space together', () => {
    const scratchBytes = sumOf(({ container }) => bytesOf(container.resources.requests['ephemeral-storage'] ?? ''));
    const volumeBytes = sumOf(({ claims }) => claims.reduce((sum, each) => sum + bytesOf(each), 0));
    expect(volumeBytes).toBeGreaterThan(0);
    expect(scratchBytes + volumeBytes).toBeLessThan(20e9);
  });
});

describe.runIf(canRender)('GPUs', () => {
  const gpu = workloadsOf(prod).find(({ name }) => name === 'transcode-gpu') as Workload;

  it('are reached through three locks', () => {
    expect(gpu.pod.tolerations).toEqual([
      { key: 'nvidia.com/gpu', operator: 'Equal', value: 'present', effect: 'NoSchedule' },
    ]);
    expect(termsOf(gpu)).toEqual([
      {
        matchExpressions: [
          { key: 'nvidia.com/gpu.present', operator: 'In', values: ['true'] },
          { key: 'ffapi.dev/pool', operator: 'In', values: ['gpu-transcode'] },
        ],
      },
    ]);
    expect(gpu.container.resources.limits['nvidia.com/gpu']).toBe('1');
    expect(valueOf(gpu, 'NVIDIA_DRIVER_CAPABILITIES')).toBe('compute,video,utility');
    expect(valueOf(gpu, 'SERVICES')).toBe('transcode-gpu');
  });

  it('are out of reach for all others', () => {
    const others = workloadsOf(prod).filter(({ name }) => name !== 'transcode-gpu');
    expect(others.length).toBeGreaterThan(12);
    for (const each of others) {
      expect(each.pod.tolerations, each.name).toBeUndefined();
      expect(termsOf(each), each.name).toEqual([
        { matchExpressions: [{ key: 'nvidia.com/gpu.present', operator: 'NotIn', values: ['true'] }] },
      ]);
      expect(JSON.stringify(each.container.resources), each.name).not.toContain('nvidia');
    }
  });

  it('are guarded by a policy that holds in the namespace', () => {
    const [binding] = ofKind(prod, 'ValidatingAdmissionPolicyBinding').map(({ spec }) => spec);
    const [namespace] = ofKind(prod, 'Namespace');
    expect(binding).toMatchObject({ policyName: 'ffapi-gpu', validationActions: ['Deny'] });
    const { matchResources } = binding as { matchResources: { namespaceSelector: { matchLabels: object } } };
    expect(namespace?.metadata.labels).toMatchObject(matchResources.namespaceSelector.matchLabels);
  });
});
