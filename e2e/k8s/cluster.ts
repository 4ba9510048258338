import {
  CoreV1Api,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  type KubeConfig,
  type KubernetesObject,
  type V1Pod,
  type V1Taint,
} from '@kubernetes/client-node';

const namespace = 'ffapi';
/** For the scheduler to look again at pods that it has put aside. */
const patienceMs = 90_000;

const nameOf = ({ metadata }: V1Pod): string => metadata?.name ?? '';
const serviceOf = ({ metadata }: V1Pod): string => metadata?.labels?.['app.kubernetes.io/name'] ?? '';
export const nodeOf = ({ spec }: V1Pod): string | undefined => spec?.nodeName;
/** Why the scheduler has put it nowhere. */
export const reasonOf = ({ status }: V1Pod): string =>
  status?.conditions?.find(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable')?.message ?? '';

/** The pods of the namespace as they are now, and what can be done to the cluster. */
export class Cluster {
  readonly #objects: KubernetesObjectApi;
  readonly #core: CoreV1Api;
  readonly #informer: ReturnType<typeof makeInformer<V1Pod>>;
  readonly #waiting = new Set<() => void>();

  private constructor(config: KubeConfig) {
    this.#objects = KubernetesObjectApi.makeApiClient(config);
    this.#core = config.makeApiClient(CoreV1Api);
    this.#informer = makeInformer<V1Pod>(config, `/api/v1/namespaces/${namespace}/pods`, () =>
      this.#core.listNamespacedPod({ namespace }),
    );
    for (const event of ['add', 'update', 'delete'] as const)
      this.#informer.on(event, (pod) => {
        if (event !== 'delete' && pod.metadata?.deletionTimestamp) void this.#end(pod);
        for (const look of this.#waiting) look();
      });
    this.#informer.on('error', () => void this.#informer.start());
  }

  static async open(config: KubeConfig): Promise<Cluster> {
    const cluster = new Cluster(config);
    await cluster.#informer.start();
    return cluster;
  }

  async close(): Promise<void> {
    await this.#informer.stop();
  }

  /** Those of one service, or all; not those that are ending. */
  pods(service?: string): V1Pod[] {
    return this.#informer
      .list()
      .filter((pod) => !pod.metadata?.deletionTimestamp && (service === undefined || serviceOf(pod) === service));
  }

  pod(name: string): V1Pod | undefined {
    return this.pods().find((each) => nameOf(each) === name);
  }

  /** Resolves with what `look` finds, at once or after something has happened to a pod. */
  until<T>(what: string, look: () => T | undefined | false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(again);
      };
      const again = (): void => {
        const found = look();
        if (found === undefined || found === false) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        const lines = this.pods().map((pod) => `  ${nameOf(pod)} ${nodeOf(pod) ?? reasonOf(pod)}`);
        reject(new Error(`not within ${patienceMs / 1000} s: ${what}\n${lines.join('\n')}`));
      }, patienceMs);
      this.#waiting.add(again);
      again();
    });
  }

  /** As `kubectl apply --server-side` does. */
  async apply(...objects: readonly KubernetesObject[]): Promise<void> {
    for (const object of objects)
      await this.#objects.patch(object, undefined, undefined, namespace, true, PatchStrategy.ServerSideApply);
  }

  async create(...objects: readonly KubernetesObject[]): Promise<void> {
    for (const object of objects) await this.#objects.create(object);
  }

  /** What the API server says against an object, `null` if nothing; nothing is made. */
  async refusalOf(object: KubernetesObject): Promise<string | null> {
    try {
      await this.#objects.create(object, undefined, 'All');
      return null;
    } catch (error) {
      return String((error as { body?: unknown }).body ?? error);
    }
  }

  async list<T extends KubernetesObject>(apiVersion: string, kind: string): Promise<T[]> {
    return (await this.#objects.list<T>(apiVersion, kind, namespace)).items;
  }

  async read<T extends KubernetesObject>(object: T & { metadata: { name: string } }): Promise<T> {
    return (await this.#objects.read(object)) as T;
  }

  /** The part of the kubelet: what ran in the pod has ended. */
  async endedWith(pod: V1Pod, code: number | string): Promise<void> {
    const { resourceVersion: _, ...metadata } = pod.metadata ?? {};
    const status = { ...pod.status, phase: code === 0 ? 'Succeeded' : 'Failed' };
    await this.#core.replaceNamespacedPodStatus({ name: nameOf(pod), namespace, body: { ...pod, metadata, status } });
  }

  async scale(deployment: string, replicas: number): Promise<void> {
    await this.#change({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: deployment, namespace },
      spec: { replicas },
    });
  }

  async taint(node: string, taints: V1Taint[]): Promise<void> {
    await this.#change({ apiVersion: 'v1', kind: 'Node', metadata: { name: node }, spec: { taints } });
  }

  async removeNode(name: string): Promise<void> {
    await this.#core.deleteNode({ name });
  }

  async removePod(name: string): Promise<void> {
    await this.#core.deleteNamespacedPod({ name, namespace });
  }

  async #change(object: KubernetesObject & { readonly spec: object }): Promise<void> {
    await this.#objects.patch(object, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
  }

  /** The part of the kubelet, which there is none of: what was asked to end has ended. */
  async #end(pod: V1Pod): Promise<void> {
    try {
      await this.#core.deleteNamespacedPod({ name: nameOf(pod), namespace, gracePeriodSeconds: 0 });
    } catch (error) {
      if ((error as { code?: number }).code !== 404) throw error;
    }
  }
}
