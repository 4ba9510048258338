import type { KubernetesObject, V1Node, V1PersistentVolume, V1Taint } from '@kubernetes/client-node';

const cpuNodes = 4;
export const gpuNodeNames = ['gpu-1', 'gpu-2'];
export const gpuTaint: V1Taint = { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' };

const node = (
  name: string,
  zone: string,
  own: { labels?: object; taints?: V1Taint[]; allocatable: object },
): V1Node => {
  const allocatable = { 'ephemeral-storage': '2Ti', pods: '110', ...own.allocatable } as Record<string, string>;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone, ...own.labels },
    },
    spec: { taints: own.taints },
    status: { allocatable, capacity: allocatable },
  };
};

/** Machines without GPUs, just enough for what prod starts with, and two with one GPU each and much room beside it. */
export const nodes: readonly V1Node[] = [
  ...Array.from({ length: cpuNodes }, (_, i) =>
    node(`cpu-${i + 1}`, 'abc'.charAt(i % 3), { allocatable: { cpu: '8', memory: '32Gi' } }),
  ),
  ...gpuNodeNames.map((name, i) =>
    node(name, 'abc'.charAt(i), {
      labels: { 'nvidia.com/gpu.present': 'true', 'ffapi.dev/pool': 'gpu-transcode' },
      taints: [gpuTaint],
      allocatable: { cpu: '64', memory: '256Gi', 'nvidia.com/gpu': '1' },
    }),
  ),
];

const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'disks', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'Immediate',
} as KubernetesObject;

/** A default class of disks, and as many of them as prod asks for. */
export const disks: readonly KubernetesObject[] = [
  storageClass,
  ...Array.from({ length: 6 }, (_, i): V1PersistentVolume => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `disk-${i + 1}` },
    spec: {
      capacity: { storage: '1Ti' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'disks',
      hostPath: { path: `/disks/${i + 1}` },
    },
  })),
];

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** KEDA's kind as far as the API server must know it to keep it; what stands in it is checked with the manifests. */
export const scaledObjects = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'scaledobjects.keda.sh' },
  spec: {
    group: 'keda.sh',
    scope: 'Namespaced',
    names: { kind: 'ScaledObject', plural: 'scaledobjects', singular: 'scaledobject', listKind: 'ScaledObjectList' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: anything } } },
      },
    ],
  },
} as KubernetesObject;
