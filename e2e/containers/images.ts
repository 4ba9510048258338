import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../infra/docker/dockerfile.ts';
import { nodeImage, makeNodeImage } from './node-image.ts';
import type { ComposedService } from './compose.ts';
import { fenced } from './fence.ts';
import { packageConfig } from './machine-config.ts';
import { run } from './run.ts';
import { storageEnvironment, type Workplace } from './workplace.ts';

export interface Built {
  readonly name: string;
  readonly seconds: number;
  readonly bytes: number;
}

const others = join(root, 'e2e/containers/others');
/** Layers of builds that nobody has asked for since are removed. */
const keptHours = 72;

/** The folder that images of others are built from. */
const contextOfOthers = async (dir: string): Promise<string> => {
  const context = join(dir, 'others');
  mkdirSync(context);
  cpSync(others, context, { recursive: true });
  for (const program of ['nats-server', 'ferretdb'])
    copyFileSync(await run(['which', program]), join(context, program));
  return context;
};

/** The images of a Compose file, one after another; of others, those that stand in for them. */
export class ImageBuilder {
  readonly #env: Record<string, string>;
  readonly #work: Workplace;

  constructor(work: Workplace) {
    this.#work = work;
    this.#env = storageEnvironment(work, 'cache');
  }

  #podman(...args: string[]): Promise<string> {
    return run(fenced(['podman', ...args], 'of the machine'), this.#env);
  }

  async #build(image: string, args: readonly string[]): Promise<Omit<Built, 'name'>> {
    const startMs = performance.now();
    await run(
      fenced(
        [
          'buildah',
          'build',
          '--layers',
          '--pull-never',
          '--isolation=chroot',
          '--network=host',
          // HEALTHCHECK is no field of OCI's format.
          '--format=docker',
          `--tag=docker.io/${image}`,
          ...args,
        ],
        'of the machine',
      ),
      this.#env,
    );
    const seconds = (performance.now() - startMs) / 1000;
    const bytes = Number(await this.#podman('image', 'inspect', '--format', '{{.Size}}', `docker.io/${image}`));
    return { seconds, bytes };
  }

  async *build(services: Readonly<Record<string, ComposedService>>): AsyncGenerator<Built> {
    await run(fenced(['buildah', 'rm', '--all'], 'of the machine'), this.#env);
    const hasBase = await this.#podman('image', 'exists', nodeImage).then(
      () => true,
      () => false,
    );
    if (!hasBase) {
      const startMs = performance.now();
      await makeNodeImage(this.#work.dir, this.#env);
      const bytes = Number(await this.#podman('image', 'inspect', '--format', '{{.Size}}', nodeImage));
      yield { name: nodeImage, seconds: (performance.now() - startMs) / 1000, bytes };
    }
    const config = await packageConfig(this.#work.dir);
    const context = await contextOfOthers(this.#work.dir);
    // What others stand on comes first.
    const names = Object.keys(services).toSorted((a, b) => Number(b === 'media-base') - Number(a === 'media-base'));
    for (const name of names) {
      const { image, build } = services[name] as ComposedService;
      const standIn = { nats: 'nats', mongodb: 'mongo', clamd: 'clamav' }[name];
      if (build === undefined && standIn === undefined) throw new Error(`nothing stands in for ${image}`);
      const args = Object.entries(build?.args ?? { BASE: nodeImage }).flatMap((arg) => ['--build-arg', arg.join('=')]);
      const file = build ? join(root, build.dockerfile) : join(others, `${standIn}.Dockerfile`);
      const built = await this.#build(image, [...config, ...args, '--file', file, build ? root : context]);
      // By this name the media services stand on it: buildah before 1.30 takes no other for a last stage.
      if (name === 'media-base') await this.#podman('tag', `docker.io/${image}`, 'localhost/media-base');
      yield { name: image, ...built };
    }
    await this.#podman('image', 'prune', '--force', '--filter', `until=${keptHours}h`);
  }
}
