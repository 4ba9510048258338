import { expect, it } from 'vitest';
import { servicesOf } from '../../k8s/manifest.ts';
import { canRender, render } from '../../k8s/render.ts';
import { serviceNames } from '../src/platform.ts';

it.runIf(canRender)('the manifests start every service of the platform, and no other', () => {
  const started = servicesOf(render('prod')).map(({ name }) => name);
  // The disk is the storage service, too.
  expect(new Set(started)).toEqual(new Set([...serviceNames, 'storage-disk']));
});
