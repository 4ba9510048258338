import * as models from '@kubernetes/client-node';
import { z } from 'zod';
import type { Manifest } from './manifest.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}
interface Model {
  getAttributeTypeMap(): readonly Attribute[];
}

const modelOf = (type: string): Model | undefined => {
  const found = (models as unknown as Readonly<Record<string, Partial<Model> | undefined>>)[type];
  return found?.getAttributeTypeMap ? (found as Model) : undefined;
};

const isPlain = (value: unknown, type: string): boolean => {
  if (type === 'any') return true;
  if (type === 'IntOrString') return typeof value === 'string' || Number.isInteger(value);
  if (type === 'Date') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  return typeof value === type;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const walk = (value: unknown, type: string, path: string): string[] => {
  const item = /^Array<(.+)>$/.exec(type)?.[1];
  if (item)
    return Array.isArray(value)
      ? value.flatMap((each, i) => walk(each, item, `${path}[${i}]`))
      : [`${path} is no list`];
  const entry = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  const model = modelOf(type);
  if (!entry && !model) return isPlain(value, type) ? [] : [`${path} is no ${type}`];
  if (!isObject(value)) return [`${path} is no ${type}`];
  if (entry) return Object.entries(value).flatMap(([key, each]) => walk(each, entry, `${path}.${key}`));
  const attributes = new Map(model?.getAttributeTypeMap().map(({ baseName, type: ref }) => [baseName, ref]));
  return Object.entries(value).flatMap(([key, each]) => {
    const ref = attributes.get(key);
    return ref === undefined ? [`${path}.${key} does not exist`] : walk(each, ref, `${path}.${key}`);
  });
};

/** Metadata of KEDA's triggers are strings: a number is refused. */
const triggers = z.array(
  z.strictObject({
    type: z.literal('nats-jetstream'),
    metadata: z.strictObject({
      natsServerMonitoringEndpoint: z.string(),
      account: z.string(),
      stream: z.string(),
      consumer: z.string(),
      lagThreshold: z.string(),
    }),
  }),
);

/** What the platform uses of KEDA's ScaledObject. */
const scaledObject = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('ScaledObject'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ name: z.string() }),
    minReplicaCount: z.int(),
    maxReplicaCount: z.int(),
    pollingInterval: z.int(),
    fallback: z.strictObject({
      failureThreshold: z.int(),
      replicas: z.int(),
      behavior: z.enum(['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower']),
    }),
    advanced: z.strictObject({
      horizontalPodAutoscalerConfig: z.strictObject({
        behavior: z.strictObject({ scaleDown: z.strictObject({ stabilizationWindowSeconds: z.int() }) }),
      }),
    }),
    triggers,
  }),
});

/** What the platform uses of KEDA's ScaledJob. */
const scaledJob = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('ScaledJob'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    pollingInterval: z.int(),
    maxReplicaCount: z.int(),
    successfulJobsHistoryLimit: z.int(),
    failedJobsHistoryLimit: z.int(),
    rollout: z.strictObject({ strategy: z.enum(['default', 'gradual']) }),
    scalingStrategy: z.strictObject({
      strategy: z.literal('custom'),
      customScalingQueueLengthDeduction: z.int(),
      customScalingRunningJobPercentage: z.string(),
    }),
    triggers,
    jobTargetRef: z.unknown().superRefine((value, context) => {
      for (const message of walk(value, 'V1JobSpec', 'Job')) context.addIssue(message);
    }),
  }),
});

/** Of the Prometheus operator. */
const podMonitor = z.strictObject({
  apiVersion: z.literal('monitoring.coreos.com/v1'),
  kind: z.literal('PodMonitor'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
    podTargetLabels: z.array(z.string()),
    podMetricsEndpoints: z.array(z.strictObject({ port: z.string(), path: z.string(), interval: z.string() })),
  }),
});

const ofOthers: Readonly<Record<string, z.ZodType>> = {
  ScaledObject: scaledObject,
  ScaledJob: scaledJob,
  PodMonitor: podMonitor,
};

/** Fields that the API does not have, and values of another type than it has; empty: it is as the API says. */
export const schemaProblems = (manifest: Manifest): string[] => {
  const { apiVersion, kind, metadata } = manifest;
  const name = `${kind} ${metadata.name}`;
  const other = ofOthers[kind]?.safeParse(manifest);
  if (other)
    return other.success ? [] : other.error.issues.map(({ path, message }) => `${name} ${path.join('.')}: ${message}`);
  const version = apiVersion.split('/').at(-1) ?? '';
  const type = version.charAt(0).toUpperCase() + version.slice(1) + kind;
  return modelOf(type) ? walk(manifest, type, name) : [`${name}: there is no ${apiVersion} ${kind}`];
};
