import { readCompose } from '../infra/docker/compose-file.ts';

/** Every service that is a process of its own in a deployment. */
export const serviceNames = Object.entries(readCompose().services).flatMap(([name, { environment }]) =>
  environment?.SECRETS_KEY === undefined ? [] : [name],
);
