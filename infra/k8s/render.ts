import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { root } from '../docker/dockerfile.ts';
import type { Manifest } from './manifest.ts';

export const overlays = ['dev', 'prod', 'single-node'] as const;
/** Components that no overlay takes by itself. */
export const optionalComponents = ['external-nats', 'ingress', 'kurrentdb', 'long-encodes', 'monitoring'] as const;

const answers = (command: string, ...args: string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** What renders on this machine; `null`: nothing does. */
const builder: readonly [string, string] | null = answers('kustomize', 'version')
  ? ['kustomize', 'build']
  : answers('kubectl', 'version', '--client')
    ? ['kubectl', 'kustomize']
    : null;

export const canRender = builder !== null;

export const renderFolder = (folder: string): Manifest[] => {
  if (builder === null) throw new Error('neither kustomize nor kubectl is here');
  const [command, verb] = builder;
  const text = execFileSync(command, [verb, folder], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
};

const renders = new Map<string, Manifest[]>();
const once = (key: string, render: () => Manifest[]): Manifest[] => {
  const known = renders.get(key) ?? render();
  renders.set(key, known);
  return known;
};

/** The manifests of an overlay. */
export const render = (overlay: (typeof overlays)[number]): Manifest[] =>
  once(overlay, () => renderFolder(join(root, 'k8s/overlays', overlay)));

interface Kustomization {
  readonly components: readonly string[];
}

/** The manifests of the overlay `prod` with one more component; NATS of others takes the place of the cluster. */
export const renderProdWith = (component: (typeof optionalComponents)[number]): Manifest[] =>
  once(component, () => {
    const dir = mkdtempSync(join(tmpdir(), 'ffapi-k8s-'));
    try {
      cpSync(join(root, 'k8s'), dir, { recursive: true });
      const file = join(dir, 'overlays/prod/kustomization.yaml');
      const kustomization = parse(readFileSync(file, 'utf8')) as Kustomization;
      // Before the one that looks at all pods, or after the one that scales them.
      const next = component === 'long-encodes' ? '/network-policies' : '/gpu';
      const components = kustomization.components
        .flatMap((each) => (each.endsWith(next) ? [`../../components/${component}`, each] : [each]))
        .filter((each) => component !== 'external-nats' || !/\/nats(-cluster)?$/.test(each));
      writeFileSync(file, stringify({ ...kustomization, components }));
      return renderFolder(join(dir, 'overlays/prod'));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
