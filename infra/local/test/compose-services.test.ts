import { expect, it } from 'vitest';
import { readCompose } from '../../docker/compose-file.ts';
import { serviceNames } from '../src/platform.ts';

it('docker-compose.yml starts every service of the platform, and no other', () => {
  const started = Object.values(readCompose().services).flatMap(({ build }) => build?.args?.SERVICE ?? []);
  expect(started.toSorted()).toEqual(serviceNames.toSorted());
});
