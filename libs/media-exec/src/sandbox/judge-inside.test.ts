import { describe, expect, it } from 'vitest';
import { judgeInside } from './judge-inside.ts';
import type { Inside } from './look-inside.ts';
import { parseMounts } from './mount-info.ts';
import type { Shown } from './sandbox.ts';

const hosts = parseMounts(
  [
    '27 1 254:0 / / rw - ext4 /dev/vda rw',
    '28 27 0:5 / /proc rw - proc proc rw',
    '29 27 254:9 /driver /usr/lib/driver.so ro - ext4 /dev/vdd rw',
  ].join('\n'),
);
const shown: Shown[] = [
  { from: '/usr', at: '/usr' },
  { from: '/data/work', at: '/work', isWritable: true },
];
const good = [
  '83 47 0:41 / / rw - tmpfs tmpfs rw',
  '84 83 254:0 /usr /usr ro - ext4 /dev/vda rw',
  '85 84 254:9 /driver /usr/lib/driver.so ro - ext4 /dev/vdd rw',
  '86 83 0:42 / /proc rw - proc proc rw',
  '87 83 0:43 / /dev rw - tmpfs tmpfs rw',
  '88 87 0:6 /null /dev/null rw - devtmpfs devtmpfs rw',
  '89 83 0:45 / /tmp rw - tmpfs tmpfs rw',
  '90 83 254:0 /data/work /work rw - ext4 /dev/vda rw',
];
const inside = (more: readonly string[] = [], changes: Partial<Inside> = {}): Inside => ({
  status: { CapInh: '0', CapPrm: '0', CapEff: '0', CapAmb: '0', NoNewPrivs: '1', NSpid: '400 3', Seccomp: '0' },
  sharedNamespaces: [],
  mounts: parseMounts([...good, ...more].join('\n')),
  hostMounts: hosts,
  environment: ['PATH', 'PWD'],
  ...changes,
});
const judge = (seen: Inside): string | null => judgeInside('required', seen, shown);

describe('walls seen from outside', () => {
  it('stand, also with a volume of the machine’s below what is shown', () => {
    expect(judge(inside())).toBeNull();
  });

  it('stand as far as can be told where the kernel tells less', () => {
    expect(judge(inside([], { mounts: null, sharedNamespaces: null, environment: null }))).toBeNull();
  });

  it.each([
    ['the machine’s root elsewhere', '91 83 254:0 / /mnt ro - ext4 /dev/vda rw'],
    ['below what is shown', '91 84 254:0 / /usr/host ro - ext4 /dev/vda rw'],
    ['in place of what is shown', '91 83 254:0 / /usr ro - ext4 /dev/vda rw'],
    ['another volume', '91 83 254:7 / /usr ro - ext4 /dev/vdz rw'],
    ['writable', '91 83 254:0 /usr /usr rw - ext4 /dev/vda rw'],
    ['the machine’s processes', '91 83 0:5 / /proc rw - proc proc rw'],
    ['no file system of processes at all', '91 83 254:0 /proc /proc rw - ext4 /dev/vda rw'],
    ['a device', '91 87 0:6 /vda /dev/vda rw - devtmpfs devtmpfs rw'],
    ['a root that is none of its own', '91 83 254:0 / / ro - ext4 /dev/vda rw'],
  ])('do not with %s', (_, mount) => {
    expect(judge(inside([mount]))).toMatch(/sees|write/);
  });

  it.each([
    ['capabilities', { CapEff: '00000000000000ff' }],
    ['capabilities that can be taken up', { CapPrm: '1' }],
    ['capabilities that go on', { CapAmb: '1' }],
    ['privileges to be gained', { NoNewPrivs: '0' }],
    ['the machine’s processes in sight', { NSpid: '400' }],
    ['nothing that is known', { CapEff: '' }],
  ])('do not with %s', (_, status) => {
    expect(judge(inside([], { status: { ...inside().status, ...status } as Record<string, string> }))).not.toBeNull();
  });

  it.each(['pid', 'net', 'ipc', 'uts', 'user', 'mnt'])('do not with the machine’s %s namespace', (kind) => {
    expect(judge(inside([], { sharedNamespaces: [kind] }))).toContain(kind);
  });

  it('of a container are its filter of system calls', () => {
    const { status } = inside();
    expect(judgeInside('external', inside([], { status: { ...status, Seccomp: '2' } }), undefined)).toBeNull();
    expect(judgeInside('external', inside(), undefined)).toMatch(/filter/);
  });
});
