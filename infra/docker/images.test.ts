import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '@ffapi/config';
import { describe, expect, it } from 'vitest';
import nodeFlags from '../local/node-flags.json' with { type: 'json' };
import { contextFilter } from './build-context.ts';
import { all, argvOf, envOf, parseDockerfile, readDockerfile, root, type Dockerfile } from './dockerfile.ts';

const names = ['service.Dockerfile', 'media-base.Dockerfile', 'media-gpu-base.Dockerfile', 'dev.Dockerfile'] as const;
const files = Object.fromEntries(names.map((name) => [name, readDockerfile(name)])) as Record<string, Dockerfile>;
const service = files['service.Dockerfile'] as Dockerfile;
const stageOf = (name: string) => service.stages.find((stage) => stage.name === name);
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};

/** What a stage may stand on: an earlier stage, nothing, an image of this repository, or a tag that a digest can pin. */
const unpinned = ({ args, stages }: Dockerfile): string[] =>
  stages
    .filter(({ from }, i) => {
      if (from === 'scratch' || stages.slice(0, i).some(({ name }) => name === from)) return false;
      const own = /^\$\{(BASE|MEDIA_BASE)\}$/.exec(from)?.[1];
      if (own) return !['plain', 'media-base'].includes(args[own] ?? '');
      const digest = /^[a-z/]+:[\w.${}-]+\$\{(\w+_DIGEST):\+@\$\{\1\}\}$/.exec(from)?.[1];
      return digest === undefined || !(digest in args) || args[digest] !== undefined;
    })
    .map(({ from }) => from);

const secretNames = Object.entries(settings)
  .filter(([, setting]) => 'secret' in setting)
  .map(([name]) => name);

describe.each(names)('%s', (name) => {
  const file = files[name] as Dockerfile;

  it('names its stages, and pins what it stands on by a digest that is given', () => {
    expect(file.stages.length).toBeGreaterThan(0);
    expect(file.stages.map((stage) => stage.name)).not.toContain('');
    expect(unpinned(file)).toEqual([]);
    expect(readFileSync(join(root, 'infra/docker', name), 'utf8')).not.toMatch(/sha256:[0-9a-f]|:latest/);
  });

  it('ends as a user who is not root', () => {
    expect(all(file.stages.at(-1), 'USER').at(-1)?.text).toBe('10001:10001');
  });

  it('keeps no secret in a variable, an argument or a layer', () => {
    const given = file.stages.flatMap((stage) => [
      ...Object.keys(envOf(stage)),
      ...all(stage, 'ARG').map(({ text }) => text.split('=')[0] ?? ''),
    ]);
    expect(secretNames.length).toBeGreaterThan(5);
    expect(given.filter((each) => secretNames.includes(each) || /SECRET|TOKEN|PASSWORD/.test(each))).toEqual([]);
    expect(file.stages.flatMap((stage) => all(stage, 'ADD'))).toEqual([]);
  });
});

describe('the image of a service', () => {
  const last = service.stages.at(-1);

  it('runs what a laptop runs, on the same Node', () => {
    expect(last?.name).toBe('service');
    expect(argvOf(all(last, 'CMD')[0])).toEqual(['node', ...nodeFlags, 'infra/local/src/main.ts']);
    for (const { args } of Object.values(files).filter((file) => 'NODE_VERSION' in file.args))
      expect(args.NODE_VERSION).toBe(packageJson.dependencies.node);
    expect(all(last, 'ARG').map(({ text }) => text)).toContain(`VERSION=${packageJson.version}`);
  });

  it('asks itself on the internal port whether it lives', () => {
    const check = all(last, 'HEALTHCHECK')[0];
    expect(argvOf(check)[2]).toContain('/health/live');
    expect(check?.flags.join(' ')).toMatch(/--interval=\d+s --timeout=\d+s --start-period=\d+s --retries=\d+/);
    expect(envOf(last)).toMatchObject({ METRICS_PORT: expect.stringMatching(/^\d+$/), HOST: '0.0.0.0' });
  });

  it('sets variables that exist, and says what it is', () => {
    const own = Object.keys(envOf(last)).filter((name) => name !== 'NODE_ENV');
    expect(own.filter((name) => !Object.hasOwn(settings, name))).toEqual([]);
    const labels = all(last, 'LABEL')
      .map(({ text }) => text)
      .join(' ');
    for (const label of ['title', 'description', 'licenses', 'version', 'revision'])
      expect(labels).toContain(`org.opencontainers.image.${label}=`);
  });

  it('copies what it needs by name, and from the tree alone at the end', () => {
    const copied = ['manifests', 'tree']
      .flatMap((name) => all(stageOf(name), 'COPY'))
      .filter(({ flags }) => flags.length === 0)
      .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
    expect([...new Set(copied)].toSorted()).toEqual([
      'contracts',
      'docs/explanation',
      'docs/how-to',
      'docs/reference',
      'infra/local/node-flags.json',
      'infra/local/package.json',
      'infra/local/src/end-politely.ts',
      'infra/local/src/main.ts',
      'infra/local/src/platform.ts',
      'infra/local/src/why-it-cannot-start.ts',
      'libs',
      'package-lock.json',
      'package.json',
      'services',
    ]);
    expect(all(last, 'COPY').map(({ flags, text }) => `${flags.join(' ')} ${text}`)).toEqual(['--from=tree /app /app']);
  });

  it('installs from the lockfile, without packages of development and without their scripts', () => {
    const install = all(stageOf('tree'), 'RUN').find(({ text }) => text.includes('npm '));
    expect(install?.text).toMatch(/npm ci --omit=dev --ignore-scripts/);
  });

  it('can be asked what is in it', () => {
    const copied = all(stageOf('sbom'), 'COPY').map(({ text }) => text.split(' ')[0]);
    expect(copied).toEqual(['/app/npm.cdx.json', '/debian.txt']);
  });
});

describe('the base of media services', () => {
  it('refuses an FFmpeg without the fixes and a setpriv that makes no sandbox', () => {
    const [stage] = (files['media-base.Dockerfile'] as Dockerfile).stages;
    expect(all(stage, 'ARG').map(({ text }) => text)).toContain('FFMPEG_VERSION_MIN=7:7.1.5');
    const run = all(stage, 'RUN')[0]?.text ?? '';
    for (const check of ['ge "${FFMPEG_VERSION_MIN}"', '--landlock-access', '--seccomp-filter'])
      expect(run).toContain(check);
  });
});

describe('the build context', () => {
  const isSent = contextFilter(readFileSync(join(root, '.dockerignore'), 'utf8'));

  it('holds sources, and nothing that is private, made here or for tests', () => {
    const kept = [
      'package.json',
      'libs/es/src/index.ts',
      'infra/local/src/main.ts',
      'docs/reference/openapi.json',
      'docs/how-to/harden.md',
    ];
    const out = [
      '.env',
      '.git/config',
      'data/secrets.key',
      'docs/adr/0002-sources-run-as-they-are.md',
      'e2e/sse.ts',
      'infra/docker/nats.conf',
      'libs/config/node_modules/zod/package.json',
      'libs/config/src/load-config.test.ts',
      'libs/media/src/plans/probe/golden/a.json',
      'node_modules/zod/package.json',
    ];
    expect([...kept, ...out].filter(isSent)).toEqual(kept);
  });
});

describe('the reader of Dockerfiles', () => {
  it('joins lines, leaves comments out, and finds what is wrong', () => {
    const file = parseDockerfile(
      'ARG A=1\n# no\nFROM x:latest AS one\nRUN a \\\n  # inside\n  && b\nCOPY --from=y a b\n',
    );
    expect(file.args).toEqual({ A: '1' });
    expect(all(file.stages[0], 'RUN')[0]?.text).toBe('a && b');
    expect(all(file.stages[0], 'COPY')[0]).toEqual({ name: 'COPY', flags: ['--from=y'], text: 'a b' });
    expect(unpinned(file)).toEqual(['x:latest']);
    expect(() => parseDockerfile('RUN a')).toThrow('before the first FROM');
  });
});
