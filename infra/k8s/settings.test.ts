import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '@ffapi/config';
import { describe, expect, it } from 'vitest';
import { readCompose } from '../docker/compose-file.ts';
import { envOf, readDockerfile, root } from '../docker/dockerfile.ts';
import { media, ofKind, servicesOf, valueOf, type Manifest, type Workload } from './manifest.ts';
import { canRender, overlays, render } from './render.ts';

/** Settings that no manifest sets, and why. */
const notForPods: Readonly<Record<string, string>> = {
  FFMPEG_PATH: 'the media images have one FFmpeg, on their PATH',
  FFPROBE_PATH: 'the media images have one FFprobe, on their PATH',
  WORKER_ONE_TASK: 'the component long-encodes sets it, for Jobs',
  FONTS_DIR: 'the media images have DejaVu; more fonts are a volume of yours, and this is its path',
};

/** What one process has that Compose's `storage` is together with another: only who keeps the files speaks to a bucket or container. */
const ofKeeper = ['S3_ACCESS_KEY', 'S3_SECRET_KEY', 'AZURE_STORAGE_CONNECTION_STRING', 'AZURE_STORAGE_KEY'];

/** Of drivers. */
const notSettings = ['NVIDIA_DRIVER_CAPABILITIES'];

/** Where a pod is not what a laptop is. */
const otherThanPreset: Readonly<Record<string, string>> = {
  NATS_URL: 'nats://nats:4222',
  NATS_MONITOR_URL: 'http://nats:8222',
  PUBLIC_BASE_URL: 'http://127.0.0.1:3000',
  CLAMAV_SOCKET: 'tcp://clamd:3310',
  OTEL_ENDPOINT: 'http://otel-collector.monitoring.svc:4317',
};

const ofImage = envOf(readDockerfile('service.Dockerfile').stages.at(-1));

const sharedOf = (manifests: readonly Manifest[]): Readonly<Record<string, string>> =>
  ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name.startsWith('ffapi-settings'))?.data ?? {};
const keysOfSecret = ({ container }: Workload): string[] =>
  (container.env ?? []).flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef ? [name] : []));
const isSetting = (name: string): name is keyof typeof settings => Object.hasOwn(settings, name);
const isSecret = (name: string): boolean => isSetting(name) && 'secret' in settings[name];

describe.runIf(canRender)('settings in Kubernetes', () => {
  it.each(overlays)('of %s exist, and every one that exists is set', (overlay) => {
    const manifests = render(overlay);
    const set = new Set([
      ...Object.keys(ofImage),
      ...Object.keys(sharedOf(manifests)),
      ...servicesOf(manifests).flatMap(({ container }) => (container.env ?? []).map(({ name }) => name)),
    ]);
    set.delete('NODE_ENV');
    expect([...set].filter((name) => !isSetting(name) && !notSettings.includes(name))).toEqual([]);
    const missing = Object.keys(settings).filter((name) => !set.has(name));
    expect(missing.toSorted()).toEqual(Object.keys(notForPods).toSorted());
  });

  it('that the shared file does not have are named on the page', () => {
    const page = readFileSync(join(root, 'docs/how-to/run-on-kubernetes.md'), 'utf8');
    const shared = sharedOf(render('prod'));
    const apart = Object.keys(settings).filter((name) => !Object.hasOwn(shared, name));
    expect(apart.length).toBeGreaterThan(20);
    expect(apart.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('are shared by all services, with the defaults of the platform', () => {
    for (const { name, container } of servicesOf(render('prod')))
      expect(container.envFrom, name).toEqual([
        { configMapRef: { name: expect.stringMatching(/^ffapi-settings-/) as string } },
      ]);
    const shared = Object.entries(sharedOf(render('dev'))).filter(([name]) => isSetting(name));
    expect(shared.length).toBeGreaterThan(40);
    for (const [name, value] of shared) {
      const setting = settings[name as keyof typeof settings];
      const preset = otherThanPreset[name] ?? ('preset' in setting ? setting.preset : '');
      expect(`${name}=${value}`).toBe(`${name}=${preset}`);
    }
  });

  it('that are secret come from the one secret, to those that Compose gives them to', () => {
    const { services } = readCompose();
    for (const overlay of overlays) {
      expect(Object.keys(sharedOf(render(overlay))).filter(isSecret)).toEqual([]);
      for (const each of servicesOf(render(overlay))) {
        const { name, container } = each;
        for (const { name: variable, value, valueFrom } of container.env ?? []) {
          if (isSecret(variable)) expect(value, `${name} ${variable}`).toBeUndefined();
          const { secretKeyRef } = valueFrom ?? {};
          if (!secretKeyRef) continue;
          expect(secretKeyRef.name, name).toMatch(/^ffapi-secrets(-|$)/);
          expect(secretKeyRef.key, name).toBe(variable);
        }
        const inCompose = services[name.replace(/-(disk|gpu)$/, '')]?.environment;
        const wanted = Object.keys(inCompose ?? {}).filter(
          (key) => isSecret(key) && (name === 'storage-disk' || !ofKeeper.includes(key)),
        );
        if (inCompose) expect(keysOfSecret(each).filter(isSecret).toSorted(), name).toEqual(wanted.toSorted());
        if (inCompose) expect(keysOfSecret(each).includes('DATABASE_URL'), name).toBe('DATABASE_URL' in inCompose);
        if (media.includes(name)) expect(keysOfSecret(each), name).toEqual(['SECRETS_KEY']);
      }
    }
  });

  it('hold no secret but those for development that everybody knows', () => {
    for (const overlay of overlays) expect(ofKind(render(overlay), 'Secret').length).toBe(overlay === 'dev' ? 1 : 0);
  });

  it('say where the bytes are, and where FFmpeg is walled in', () => {
    for (const each of servicesOf(render('prod'))) {
      const bytes = ['BLOB_URL', 'BLOB_PORT', 'BLOB_HOST'].map((name) => valueOf(each, name));
      const wanted =
        each.name === 'storage-disk'
          ? [undefined, '4000', '0.0.0.0']
          : ['http://storage-disk:4000', undefined, undefined];
      expect(bytes, each.name).toEqual(wanted);
      const isWalled = [...media, 'translate'].includes(each.name);
      expect(valueOf(each, 'SANDBOX'), each.name).toBe(isWalled ? 'external' : undefined);
    }
  });
});
