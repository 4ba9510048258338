import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Health, KubeConfig } from '@kubernetes/client-node';
import { keepTrack } from '../faults/children.ts';
import { freePorts } from '@ffapi/testkit';

/** A cluster's head: the API server with its store, the controllers that make pods, the scheduler. It has no nodes. */
export interface ControlPlane {
  readonly config: KubeConfig;
  /** The same as a file. */
  readonly configFile: string;
  stop(): Promise<void>;
}

/** What makes pods of workloads, and binds their volumes. Those that look after nodes would miss the heartbeats here. */
const controllers = [
  'deployment-controller',
  'disruption-controller',
  'garbage-collector-controller',
  'job-controller',
  'namespace-controller',
  'persistentvolume-binder-controller',
  'replicaset-controller',
  'serviceaccount-controller',
  'statefulset-controller',
  'validatingadmissionpolicy-status-controller',
];

const readyMs = 60_000;
const againMs = 200;

export const startControlPlane = async (dir: string, binaries: string): Promise<ControlPlane> => {
  const [etcd = 0, etcdPeer = 0, api = 0, controllerManager = 0, scheduler = 0] = await freePorts(5);
  const token = randomBytes(24).toString('hex');
  const at = (name: string): string => join(dir, name);
  const url = (port: number): string => `http://127.0.0.1:${port}`;
  mkdirSync(dir, { recursive: true });
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(at('service-accounts.pub'), keys.publicKey);
  writeFileSync(at('service-accounts.key'), keys.privateKey, { mode: 0o600 });
  writeFileSync(at('tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'here', server: `https://127.0.0.1:${api}`, skipTLSVerify: true }],
    users: [{ name: 'admin', token }],
    contexts: [{ name: 'here', cluster: 'here', user: 'admin' }],
    currentContext: 'here',
  });
  writeFileSync(at('kubeconfig.json'), config.exportConfig(), { mode: 0o600 });

  const children: ChildProcess[] = [];
  const start = (command: string, flags: Readonly<Record<string, string | number | boolean>>): ChildProcess => {
    const log = openSync(at(`${command.split('/').at(-1)}.log`), 'w');
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    const child = keepTrack(spawn(command, args, { stdio: ['ignore', log, log] }));
    closeSync(log);
    children.unshift(child);
    return child;
  };

  start('etcd', {
    'data-dir': at('etcd'),
    'unsafe-no-fsync': true,
    'listen-client-urls': url(etcd),
    'advertise-client-urls': url(etcd),
    'listen-peer-urls': url(etcdPeer),
    'initial-advertise-peer-urls': url(etcdPeer),
    'initial-cluster': `default=${url(etcdPeer)}`,
  });
  const server = start(join(binaries, 'kube-apiserver'), {
    'etcd-servers': url(etcd),
    'bind-address': '127.0.0.1',
    'secure-port': api,
    'cert-dir': at('certificates'),
    'service-cluster-ip-range': '10.96.0.0/16',
    'token-auth-file': at('tokens.csv'),
    'authorization-mode': 'RBAC',
    'service-account-issuer': 'https://here',
    'service-account-key-file': at('service-accounts.pub'),
    'service-account-signing-key-file': at('service-accounts.key'),
    // Left to the namespace, as most clusters do.
    'allow-privileged': true,
    // Nobody would find the nodes ready and take the taint away.
    'disable-admission-plugins': 'TaintNodesByCondition',
  });
  await untilReady(config, server, at('kube-apiserver.log'));
  const common = { kubeconfig: at('kubeconfig.json'), 'leader-elect': false, 'bind-address': '127.0.0.1' };
  start(join(binaries, 'kube-controller-manager'), {
    ...common,
    'secure-port': controllerManager,
    'cert-dir': at('certificates-of-controllers'),
    controllers: controllers.join(','),
  });
  start(join(binaries, 'kube-scheduler'), {
    ...common,
    'secure-port': scheduler,
    'cert-dir': at('certificates-of-scheduler'),
  });

  return {
    config,
    configFile: at('kubeconfig.json'),
    stop: async () => {
      for (const child of children) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
    },
  };
};

const untilReady = async (config: KubeConfig, server: ChildProcess, log: string): Promise<void> => {
  const health = new Health(config);
  const deadlineMs = performance.now() + readyMs;
  while (!(await health.readyz({}).catch(() => false))) {
    if (server.exitCode !== null) throw new Error(`kube-apiserver ended: ${readFileSync(log, 'utf8').slice(-2_000)}`);
    if (performance.now() > deadlineMs) throw new Error(`kube-apiserver is not ready: ${log}`);
    await delay(againMs);
  }
};
