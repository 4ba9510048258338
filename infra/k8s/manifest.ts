/** The parts of a rendered manifest that are looked at; the rest is for the check of its schema. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: object };
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
  readonly securityContext?: object;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface NodeTerm {
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

export interface PodSpec {
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly NodeTerm[] };
    };
  };
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly priorityClassName?: string;
  readonly restartPolicy?: string;
  readonly securityContext?: object;
  readonly terminationGracePeriodSeconds?: number;
  readonly tolerations?: readonly object[];
  readonly topologySpreadConstraints?: readonly object[];
  readonly volumes?: readonly { readonly name: string; readonly emptyDir?: { readonly sizeLimit?: string } }[];
}

/** A Deployment, a StatefulSet, or what makes Jobs. */
export interface Workload {
  readonly name: string;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly replicas: number | undefined;
  readonly pod: PodSpec;
  readonly container: Container;
  /** Room that each of its volumes asks for. */
  readonly claims: readonly string[];
}

interface Claim {
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly template: PodTemplate;
  readonly volumeClaimTemplates?: readonly Claim[];
  readonly jobTargetRef?: { readonly template: PodTemplate };
}

const workloadOf = ({ kind, metadata, spec }: Manifest): Workload => {
  const {
    replicas,
    jobTargetRef,
    template = jobTargetRef?.template,
    volumeClaimTemplates = [],
  } = spec as unknown as Partial<WorkloadSpec>;
  if (!template) throw new Error(`${kind} ${metadata.name} makes no pods`);
  return {
    name: metadata.name,
    kind,
    labels: metadata.labels ?? {},
    podLabels: template.metadata.labels,
    replicas,
    pod: template.spec,
    container: template.spec.containers[0] as Container,
    claims: volumeClaimTemplates.map((each) => each.spec.resources.requests.storage),
  };
};

export const ofKind = (manifests: readonly Manifest[], kind: string): Manifest[] =>
  manifests.filter((each) => each.kind === kind);

export const workloadsOf = (manifests: readonly Manifest[]): Workload[] =>
  manifests.filter(({ kind }) => ['Deployment', 'StatefulSet', 'ScaledJob'].includes(kind)).map(workloadOf);

/** Those that run a process of the platform. */
export const servicesOf = (manifests: readonly Manifest[]): Workload[] =>
  workloadsOf(manifests).filter(({ labels }) => labels['app.kubernetes.io/component'] === 'service');

/** Those whose image has FFmpeg. */
export const media = ['audio', 'subtitle', 'thumbnail', 'transcode', 'transcode-gpu'];

/** What a node must be for a pod to be put there. */
export const termsOf = ({ pod }: Workload): readonly NodeTerm[] =>
  pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];

/** A variable as it is written in the manifest, if it is. */
export const valueOf = ({ container }: Workload, name: string): string | undefined =>
  container.env?.find((each) => each.name === name)?.value;
