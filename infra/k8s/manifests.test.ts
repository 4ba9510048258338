import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCompose } from '../docker/compose-file.ts';
import { root } from '../docker/dockerfile.ts';
import { ofKind, servicesOf, workloadsOf, type Manifest } from './manifest.ts';
import { canRender, optionalComponents, overlays, render, renderProdWith } from './render.ts';
import { schemaProblems } from './strict-schema.ts';

if (!canRender) process.stdout.write('LANE SKIPPED kubernetes manifests (neither kustomize nor kubectl is here)\n');

const idOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;

describe.runIf(canRender)('the manifests', () => {
  it.each(overlays)('of %s are what the API takes, down to the names of fields', (overlay) => {
    const manifests = render(overlay);
    expect(manifests.length).toBeGreaterThan(50);
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
    expect(new Set(manifests.map(idOf)).size).toBe(manifests.length);
  });

  it.each(optionalComponents)('of prod with %s, too', (component) => {
    const manifests = renderProdWith(component);
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
    const added = manifests.map(idOf).filter((id) => !render('prod').map(idOf).includes(id));
    const removed = render('prod')
      .map(idOf)
      .filter((id) => !manifests.map(idOf).includes(id));
    const changedOnly = /^ConfigMap\//;
    expect({
      [component]: [added.filter((id) => !changedOnly.test(id)), removed.filter((id) => !changedOnly.test(id))],
    }).toEqual({
      [component]: {
        ingress: [['Ingress/gateway'], []],
        kurrentdb: [['Service/kurrentdb', 'StatefulSet/kurrentdb'], []],
        'long-encodes': [['ScaledJob/transcode-long'], ['ScaledObject/transcode']],
        monitoring: [['PodMonitor/ffapi'], []],
        'external-nats': [
          [],
          ['Service/nats', 'Service/nats-headless', 'StatefulSet/nats', 'PodDisruptionBudget/nats'],
        ],
      }[component],
    });
  });

  it('lead a name with TLS to the port that the gateway publishes', () => {
    const [ingress] = ofKind(renderProdWith('ingress'), 'Ingress') as [Manifest];
    const gateway = ofKind(render('prod'), 'Service').find(({ metadata }) => metadata.name === 'gateway') as Manifest;
    const { rules, tls } = ingress.spec as unknown as {
      readonly rules: readonly { host: string; http: { paths: { path: string; backend: { service: object } }[] } }[];
      readonly tls: readonly { hosts: readonly string[] }[];
    };
    expect(tls.flatMap(({ hosts }) => hosts)).toEqual(rules.map(({ host }) => host));
    const [port] = (gateway.spec as unknown as { ports: readonly { name: string }[] }).ports;
    expect(rules.flatMap(({ http }) => http.paths)).toMatchObject([
      { path: '/', backend: { service: { name: 'gateway', port: { name: port?.name } } } },
    ]);
  });

  it('are refused with a field misspelt at any depth, and with a value of another type', () => {
    const [deployment] = ofKind(render('prod'), 'Deployment') as [Manifest];
    const [scaled] = ofKind(render('prod'), 'ScaledObject') as [Manifest];
    const planted = (manifest: Manifest, from: string, to: string): string[] => {
      const text = JSON.stringify(manifest);
      expect(text).toContain(from);
      return schemaProblems(JSON.parse(text.replace(from, to)) as Manifest);
    };
    expect(schemaProblems(deployment)).toEqual([]);
    expect(planted(deployment, '"readOnlyRootFilesystem"', '"readOnlyRootFileSystem"')).toHaveLength(1);
    expect(planted(deployment, '"whenUnsatisfiable"', '"whenUnsatisfyable"')).toHaveLength(1);
    expect(planted(deployment, '"initialDelaySeconds":10', '"initialDelaySeconds":"10"')).toHaveLength(1);
    expect(planted(deployment, '"apps/v1"', '"apps/v9"')).toHaveLength(1);
    expect(planted(scaled, '"lagThreshold":"2"', '"lagThreshold":2')).toHaveLength(1);
    expect(planted(scaled, '"minReplicaCount"', '"minReplicas"').length).toBeGreaterThan(0);
  });

  it.each(overlays)(
    'of %s take images at a version: their own, and of others those of docker-compose.yml',
    (overlay) => {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
      const ofOthers = Object.values(readCompose().services).map(({ image = '' }) => image.replace(/\$\{.*$/, ''));
      for (const { name, container, labels } of workloadsOf(render(overlay))) {
        const own = name === 'storage-disk' ? 'storage' : name;
        if (labels['app.kubernetes.io/component'] === 'service')
          expect(container.image).toBe(`ffapi/${own}:${version}`);
        else expect(ofOthers).toContain(container.image);
      }
    },
  );

  it.each(overlays)('of %s name settings and files that are there', (overlay) => {
    const manifests = render(overlay);
    const named = manifests.flatMap((each) => [
      ...JSON.stringify(each).matchAll(/"configMap(?:Ref)?":\{"name":"([^"]+)"/g),
    ]);
    const there = ofKind(manifests, 'ConfigMap').map(({ metadata }) => metadata.name);
    expect(new Set(named.map(([, name]) => name))).toEqual(new Set(there));
  });

  it('stand in one namespace, whose pods can have no rights', () => {
    for (const overlay of overlays) {
      const [namespace] = ofKind(render(overlay), 'Namespace') as [Manifest];
      expect(namespace.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
      // Kustomize takes an admission policy for a thing of the namespace; the API server knows better.
      const ofCluster = /^(Namespace|PriorityClass|ValidatingAdmissionPolicy\w*)$/;
      for (const { kind, metadata } of render(overlay))
        if (!ofCluster.test(kind)) expect(metadata.namespace, metadata.name).toBe(namespace.metadata.name);
    }
  });

  it('let one pod at a time be taken from each service, but from the one that has the disk', () => {
    const budgets = ofKind(render('prod'), 'PodDisruptionBudget');
    const names = budgets.map(({ metadata }) => metadata.name).toSorted();
    const wanted = [...servicesOf(render('prod')).map(({ name }) => name), 'nats', 'clamd'].filter(
      (name) => name !== 'storage-disk',
    );
    expect(names).toEqual(wanted.toSorted());
    for (const { metadata, spec } of budgets)
      expect(spec).toEqual({
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: { 'app.kubernetes.io/name': metadata.name } },
      });
  });

  it('put control before what is looked at, that before batches, and those before what may go away', () => {
    const classes = ofKind(render('prod'), 'PriorityClass') as (Manifest & { readonly value: number })[];
    const order = classes.toSorted((a, b) => b.value - a.value).map(({ metadata }) => metadata.name);
    expect(order).toEqual(['ffapi-control', 'ffapi-interactive', 'ffapi-batch', 'ffapi-preemptible-batch']);
    for (const { name, pod } of workloadsOf(render('prod'))) expect(order, name).toContain(pod.priorityClassName);
  });

  it('hold NATS to three servers on three nodes in prod, and one elsewhere that syncs alone', () => {
    const natsOf = (overlay: (typeof overlays)[number]) => {
      const manifests = render(overlay);
      const data = (prefix: string) =>
        ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name.startsWith(prefix))?.data ?? {};
      return {
        replicas: workloadsOf(manifests).find(({ name }) => name === 'nats')?.replicas,
        copies: data('ffapi-settings').NATS_REPLICAS,
        conf: data('nats-config')['nats.conf'] ?? '',
      };
    };
    for (const overlay of overlays) {
      const { replicas, copies, conf } = natsOf(overlay);
      const routes = conf.match(/nats:\/\/nats-\d\.nats-headless:6222/g) ?? [];
      expect(conf, overlay).toMatch(/^ {2}sync_interval: always$/m);
      expect([replicas, copies, routes.length], overlay).toEqual(overlay === 'prod' ? [3, '3', 3] : [1, '1', 0]);
    }
  });
});

it('give NATS and ClamAV what docker-compose.yml gives them', () => {
  const linesOf = (path: string): string[] =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  // Said elsewhere in a pod: who it is, where it stores, which user it is, where it logs.
  const ofPods = /^(server_name|store_dir|Foreground|LogTime|User) /;
  const same = (a: string, b: string) =>
    expect(linesOf(a).filter((line) => !ofPods.test(line.replace(':', '')))).toEqual(
      linesOf(b).filter((line) => !ofPods.test(line.replace(':', ''))),
    );
  same('k8s/components/nats/nats.conf', 'infra/docker/nats.conf');
  same('k8s/components/clamav/clamd.conf', 'infra/docker/clamd.conf');
  const cluster = linesOf('k8s/components/nats-cluster/nats.conf');
  const single = linesOf('k8s/components/nats/nats.conf');
  expect(cluster.slice(0, single.length)).toEqual(single);
});
