import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { root } from '../../infra/docker/dockerfile.ts';
import { run } from './run.ts';

/** What has no default in the file. */
export const adminKey = randomBytes(24).toString('hex');
const settings = { SECRETS_KEY: randomBytes(32).toString('base64'), ADMIN_API_KEY: adminKey };

const files = [
  `--project-directory=${root}`,
  `--file=${join(root, 'docker-compose.yml')}`,
  `--file=${join(root, 'e2e/containers/override.yml')}`,
];

export interface ComposedService {
  readonly image: string;
  readonly scale?: number;
  readonly build?: { readonly dockerfile: string; readonly args?: Readonly<Record<string, string>> };
}

/** Docker Compose with the file of the project and what differs here; its daemon is Podman's, where there is one. */
export const compose = (args: readonly string[], daemon = ''): Promise<string> =>
  run(['docker-compose', '--ansi=never', '--progress=plain', '--env-file=/dev/null', ...files, ...args], {
    ...settings,
    DOCKER_HOST: daemon,
  });

/** The services as Compose reads them, its variables put in. */
export const composedServices = async (): Promise<Readonly<Record<string, ComposedService>>> =>
  (JSON.parse(await compose(['config', '--format', 'json'])) as { services: Record<string, ComposedService> }).services;
