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

/** A machine with room for whatever may be started. */
export const largeNode: V1Node = node('large', 'a', { allocatable: { cpu: '512', memory: '2Ti' } });

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
