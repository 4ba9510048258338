import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../docker/dockerfile.ts';
import { ofKind, servicesOf, valueOf, workloadsOf, type Manifest, type Workload } from './manifest.ts';
import { canRender, render } from './render.ts';

interface Scaling {
  readonly scaleTargetRef: { readonly name: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly advanced: { readonly horizontalPodAutoscalerConfig: object };
  readonly triggers: readonly [{ readonly metadata: Readonly<Record<string, string>> }];
}

const prod = canRender ? render('prod') : [];
const scaled = ofKind(prod, 'ScaledObject').map(({ spec }) => spec as unknown as Scaling);
const { streams } = JSON.parse(readFileSync(join(root, 'infra/nats/streams.json'), 'utf8')) as {
  streams: { name: string; consumers: { durable_name: string }[] }[];
};
const stabilised = { behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } };
/** Of pools that are not called what their service is. */
const poolOf: Readonly<Record<string, string>> = { transcode: 'transcode-cpu', translate: 'remote' };
/** Of pools that wait for others most of the time: they take so many tasks for each of WORKER_CONCURRENCY. */
const waiting: Readonly<Record<string, number>> = { storage: 4, translate: 4 };

describe.runIf(canRender)('the number of pods', () => {
  it('of workers follows the consumer that the platform makes for their pool', () => {
    const consumers = streams.find(({ name }) => name === 'WORK')?.consumers.map((each) => each.durable_name) ?? [];
    expect(consumers.length).toBeGreaterThan(5);
    const fixed = servicesOf(prod).flatMap(({ name, replicas }) => (replicas === undefined ? [] : [`pool-${name}`]));
    expect(scaled.map(({ triggers: [{ metadata }] }) => metadata.consumer).toSorted()).toEqual(
      consumers.filter((name) => !fixed.includes(name)).toSorted(),
    );
    const [service] = ofKind(prod, 'Service').filter(({ metadata }) => metadata.name === 'nats-headless') as [Manifest];
    for (const { scaleTargetRef, triggers } of scaled) {
      const target = scaleTargetRef.name;
      expect(triggers, target).toMatchObject([
        {
          metadata: {
            natsServerMonitoringEndpoint: `nats-headless.${service.metadata.namespace}.svc:8222`,
            stream: 'WORK',
            consumer: `pool-${poolOf[target] ?? target}`,
          },
        },
      ]);
    }
  });

  it('of workers never falls to none, and falls late', () => {
    for (const { scaleTargetRef, minReplicaCount, maxReplicaCount, advanced } of scaled) {
      // The dispatcher releases nothing to a pool without a live worker: KEDA would wait for what waits for it.
      expect(minReplicaCount, scaleTargetRef.name).toBe(1);
      expect(maxReplicaCount, scaleTargetRef.name).toBeGreaterThan(1);
      expect(advanced.horizontalPodAutoscalerConfig, scaleTargetRef.name).toEqual(stabilised);
    }
  });

  it('of workers is counted in what one of them does at a time', () => {
    for (const { scaleTargetRef, triggers } of scaled) {
      const target = workloadsOf(prod).find(({ name }) => name === scaleTargetRef.name) as Workload;
      const concurrency = Number(valueOf(target, 'WORKER_CONCURRENCY'));
      expect(triggers[0].metadata.lagThreshold, target.name).toBe(String(concurrency * (waiting[target.name] ?? 1)));
      // On a node with fewer processors a worker takes fewer tasks, and a full queue would not look full.
      expect(Number(target.container.resources.requests.cpu), target.name).toBeGreaterThanOrEqual(concurrency);
    }
  });

  it('is said by one alone', () => {
    const [gateway] = ofKind(prod, 'HorizontalPodAutoscaler') as [Manifest];
    expect(gateway.spec).toMatchObject({ scaleTargetRef: { name: 'gateway' }, minReplicas: 2, ...stabilised });
    const autoscaled = ['gateway', ...scaled.map(({ scaleTargetRef }) => scaleTargetRef.name)];
    const fixed = servicesOf(prod).filter(({ replicas }) => replicas !== undefined);
    const all = servicesOf(prod).map(({ name }) => name);
    expect([...autoscaled, ...fixed.map(({ name }) => name)].toSorted()).toEqual(all.toSorted());
    expect(fixed.find(({ name }) => name === 'storage-disk')?.replicas).toBe(1);
  });
});
