import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { chain, filter, filterValue } from './filter.ts';

const folder = mkdtempSync(join(tmpdir(), 'ffapi-filter-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What FFmpeg itself reads out of a value: it writes it into a frame's metadata. */
const throughFfmpeg = (value: string): string => {
  const graph = chain([filter('metadata', { mode: 'add', key: 'k', value }), 'metadata=mode=print:file=printed.txt']);
  execFileSync(
    'ffmpeg',
    ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'color=s=16x16:d=0.04', '-vf', graph, '-f', 'null', '-'],
    { cwd: folder },
  );
  return readFileSync(join(folder, 'printed.txt'), 'utf8').split('\nk=')[1]?.replace(/\n$/, '') ?? '';
};

describe('filter values', () => {
  it.each([
    "we'ird, [sub]:s;.srt",
    'back\\slash',
    "it''s",
    'a=b:c=d',
    '%{pts}',
    '$(id) `id` && | >',
    '"quoted"',
    "\\'",
    ';[in][out],',
  ])('come out of FFmpeg as they went in: %s', (value) => {
    expect(throughFfmpeg(value)).toBe(value);
  });

  it('leave no unescaped separator', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = filterValue(text).replace(/\\[^]/g, '');
        expect(plain).not.toMatch(/[\\'[\],;]/);
      }),
    );
  });
});

describe('chains', () => {
  it('are the identity when empty', () => {
    expect(chain([])).toBe('null');
    expect(chain([], 'anull')).toBe('anull');
    expect(chain([filter('hflip'), filter('scale', { w: 2, h: 4 })])).toBe('hflip,scale=w=2:h=4');
  });
});
