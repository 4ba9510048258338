import { execFileSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { rows } from './fixtures/hostile-urls.ts';
import type { Verdict } from './fixtures/try-urls.ts';

let verdicts: Record<string, Verdict[]>;

/** In a network namespace with nothing but loopback: what slips through has nowhere to go. Without one, this fails. */
beforeAll(() => {
  const script = fileURLToPath(new URL('./fixtures/try-urls.ts', import.meta.url));
  const alone = ['--unshare-net', '--dev-bind', '/', '/', '--die-with-parent', '--'];
  const said = execFileSync('bwrap', [...alone, process.execPath, script], { maxBuffer: 64 << 20, encoding: 'utf8' });
  verdicts = JSON.parse(said) as Record<string, Verdict[]>;
});

const leaksOf = (name: string): Verdict[] => (verdicts[name] ?? []).filter(({ leaks }) => leaks.length > 0);
const falselyRefused = (name: string): Verdict[] =>
  (verdicts[name] ?? []).filter(({ isFalselyRefused }) => isFalselyRefused);
const idsOf = (found: readonly Verdict[]): string[] => [...new Set(found.map(({ id }) => id))];

describe('hostile URLs', () => {
  it('are many, and each was tried', () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(verdicts.post).toHaveLength(rows.length);
    const hops = (verdicts.download ?? []).filter(({ way }) => way === 'redirect');
    expect(hops.length).toBeGreaterThan(120);
    expect(Object.keys(networkInterfaces())).not.toEqual([]);
  });

  it.each(['download', 'post'])('reach nothing by %s, and no harmless one is refused', (door) => {
    expect(leaksOf(door)).toEqual([]);
    expect(falselyRefused(door)).toEqual([]);
  });
});

describe('the table', () => {
  it('finds a guard that lets everything through', () => {
    const found = idsOf(leaksOf('lets everything through'));
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26])
      expect(found).toContain(`S${String(n).padStart(2, '0')}`);
    for (const n of [27, 30, 31, 34, 35, 36]) expect(found).toContain(`S${n}`);
  });

  it.each([
    ['knows private addresses by their spelling', ['S03', 'S05', 'S06', 'S08', 'S17 others', 'S25', 'S36']],
    ['looks at the first address only', ['S27']],
    ['resolves again when it dials', ['S26']],
  ])('finds a guard that %s', (name, ids) => {
    expect(idsOf(leaksOf(name))).toEqual(expect.arrayContaining(ids));
  });

  it('finds a guard that trusts redirects', () => {
    const hops = leaksOf('trusts redirects').filter(({ way }) => way === 'redirect');
    expect(idsOf(hops)).toEqual(expect.arrayContaining(['S01', 'S17', 'S25']));
  });

  it('finds a guard that refuses everything', () => {
    expect(falselyRefused('refuses everything')).toHaveLength(rows.filter(({ mayDial }) => mayDial.length > 0).length);
  });
});
