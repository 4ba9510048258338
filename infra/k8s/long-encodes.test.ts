import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../docker/dockerfile.ts';
import { ofKind, valueOf, workloadsOf, type Manifest, type Workload } from './manifest.ts';
import { canRender, render, renderFolder, renderProdWith } from './render.ts';
import { schemaProblems } from './strict-schema.ts';

interface Scaling {
  readonly triggers: readonly [{ readonly metadata: Readonly<Record<string, string>> }];
  readonly maxReplicaCount: number;
  readonly rollout: object;
  readonly scalingStrategy: object;
  readonly jobTargetRef: { readonly backoffLimit: number };
}

const manifests = canRender ? renderProdWith('long-encodes') : [];
const named = (name: string): Workload => workloadsOf(manifests).find((each) => each.name === name) as Workload;
const scalingOf = (all: readonly Manifest[], kind: string, name: string): Scaling =>
  ofKind(all, kind).find(({ metadata }) => metadata.name === name)?.spec as unknown as Scaling;
const scaledJob = canRender ? scalingOf(manifests, 'ScaledJob', 'transcode-long') : ({} as Scaling);

describe.runIf(canRender)('a Job for each long encode', () => {
  it('has the pod of transcode, takes one task, is not begun again, and gives way to nobody', () => {
    const { pod, podLabels } = named('transcode');
    const [container] = pod.containers;
    expect(named('transcode-long').pod).toEqual({
      ...pod,
      containers: [{ ...container, env: [...(container?.env ?? []), { name: 'WORKER_ONE_TASK', value: 'true' }] }],
      restartPolicy: 'Never',
      priorityClassName: 'ffapi-batch',
    });
    expect(scaledJob.jobTargetRef.backoffLimit).toBe(0);
    const name = 'app.kubernetes.io/name';
    expect(named('transcode-long').podLabels).toEqual({ ...podLabels, [name]: 'transcode-long' });
    const budgets = ofKind(manifests, 'PodDisruptionBudget').map(({ spec }) => JSON.stringify(spec));
    expect(budgets.filter((budget) => budget.includes('transcode-long'))).toEqual([]);
  });

  it('is made for what the warm pod and other Jobs do not do yet, and outlives a change', () => {
    const warm = named('transcode');
    expect(warm.replicas).toBe(1);
    const [{ metadata }] = scalingOf(render('prod'), 'ScaledObject', 'transcode').triggers;
    expect(scaledJob.triggers).toMatchObject([{ metadata: { ...metadata, lagThreshold: '1' } }]);
    expect(scaledJob.scalingStrategy).toEqual({
      strategy: 'custom',
      customScalingQueueLengthDeduction: Number(valueOf(warm, 'WORKER_CONCURRENCY')),
      customScalingRunningJobPercentage: '1.0',
    });
    expect(scaledJob.rollout).toEqual({ strategy: 'gradual' });
  });

  it('comes with the overlay that docs/how-to/run-on-kubernetes.md shows', () => {
    const page = readFileSync(join(root, 'docs/how-to/run-on-kubernetes.md'), 'utf8');
    const [, overlay = ''] = /^```yaml\n([^`]*long-encodes[^`]*)^```$/m.exec(page) ?? [];
    const dir = mkdtempSync(join(tmpdir(), 'ffapi-k8s-'));
    try {
      cpSync(join(root, 'k8s'), join(dir, 'k8s'), { recursive: true });
      mkdirSync(join(dir, 'my-cluster'));
      writeFileSync(join(dir, 'my-cluster/kustomization.yaml'), overlay);
      expect(scalingOf(renderFolder(join(dir, 'my-cluster')), 'ScaledJob', 'transcode-long')).toEqual(scaledJob);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('is refused with a field misspelt at any depth', () => {
    const [manifest] = ofKind(manifests, 'ScaledJob') as [Manifest];
    const planted = (from: string, to: string): string[] => {
      const text = JSON.stringify(manifest);
      expect(text).toContain(from);
      return schemaProblems(JSON.parse(text.replace(from, to)) as Manifest);
    };
    expect(schemaProblems(manifest)).toEqual([]);
    expect(planted('"readOnlyRootFilesystem"', '"readOnlyRootFileSystem"')).toHaveLength(1);
    expect(planted('"backoffLimit":0', '"backoffLimit":"0"')).toHaveLength(1);
    expect(planted('"customScalingRunningJobPercentage":"1.0"', '"customScalingRunningJobPercentage":1')).toHaveLength(
      1,
    );
  });
});
