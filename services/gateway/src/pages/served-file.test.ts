import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { encodingFor, servedFile } from './served-file.http.ts';

it.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['br;q=0, gzip', 'gzip'],
  ['GZIP;q=0.5', 'gzip'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['deflate', 'identity'],
])('takes of %s %s', (accepted, encoding) => {
  expect(encodingFor(accepted)).toBe(encoding);
});

it('is the same file in every encoding', async () => {
  const path = new URL(import.meta.url);
  const bytes = readFileSync(path);
  const { encoded } = await servedFile(path);
  expect([brotliDecompressSync(encoded.br), gunzipSync(encoded.gzip), encoded.identity]).toEqual([bytes, bytes, bytes]);
});

it('is not there when it is not there, and is looked for again', async () => {
  const path = new URL('./nothing', import.meta.url);
  await expect(servedFile(path)).rejects.toThrow(/ENOENT/);
  await expect(servedFile(path)).rejects.toThrow(/ENOENT/);
});
