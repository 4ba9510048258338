import { readCompose } from '../infra/docker/compose-file.ts';

/** Every service that is a process of its own in a deployment; what only a profile adds needs more than a machine. */
export const serviceNames = Object.entries(readCompose().services).flatMap(([name, { environment, profiles }]) =>
  environment?.SECRETS_KEY === undefined || profiles !== undefined ? [] : [name],
);
