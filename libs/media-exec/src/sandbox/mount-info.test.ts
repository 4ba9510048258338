import { expect, it } from 'vitest';
import { parseMounts, sourceOf } from './mount-info.ts';

const text = [
  '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard',
  '30 27 0:41 / /tmp rw,nosuid - tmpfs tmpfs rw',
  '31 27 254:1 /films /data/with\\040space ro,relatime - xfs /dev/vdb rw',
  '32 27 254:2 / /data/with\\040space rw - ext4 /dev/vdc rw',
  'what is no mount',
].join('\n');

it('reads mounts, their options and their escaped names', () => {
  expect(parseMounts(text)).toEqual([
    { device: '254:0', root: '/', point: '/', isReadOnly: false, type: 'ext4' },
    { device: '0:41', root: '/', point: '/tmp', isReadOnly: false, type: 'tmpfs' },
    { device: '254:1', root: '/films', point: '/data/with space', isReadOnly: true, type: 'xfs' },
    { device: '254:2', root: '/', point: '/data/with space', isReadOnly: false, type: 'ext4' },
  ]);
});

it('tells what lies at a path: of the innermost mount, and the last of those', () => {
  const mounts = parseMounts(text);
  expect(sourceOf('/usr', mounts)).toEqual({ device: '254:0', root: '/usr' });
  expect(sourceOf('/tmpfile', mounts)).toEqual({ device: '254:0', root: '/tmpfile' });
  expect(sourceOf('/tmp/a', mounts)).toEqual({ device: '0:41', root: '/a' });
  expect(sourceOf('/tmp', mounts)).toEqual({ device: '0:41', root: '/' });
  expect(sourceOf('/data/with space/a', mounts)).toEqual({ device: '254:2', root: '/a' });
  expect(sourceOf('/data/with space/a', mounts.slice(0, 3))).toEqual({ device: '254:1', root: '/films/a' });
  expect(sourceOf('/a', [])).toBeNull();
});
