import { bundleProbeArgv, guardedInput, inputGuard, probeArgv, type Token } from '@ffapi/media';
import { expect, it } from 'vitest';
import { opensGuarded } from './guarded-inputs.ts';

const guarded = guardedInput('source', 'mov');

it.each<[string, readonly Token[]]>([
  ['an input', guarded],
  ['each of two', [...guarded, ...guardedInput('other', 'matroska', ['-ss', '1'])]],
  ['one behind a text of the plan itself', ['-f', 'ffmetadata', '-i', { scratch: 'chapters.txt' }, ...guarded]],
  ['none', ['-f', 'lavfi', '-i', 'anullsrc', 'out.wav']],
  ['what ffprobe reads', probeArgv('mov', ['-show_format'])],
  ['a manifest of our own', bundleProbeArgv('hls', 'master.m3u8', [])],
])('is guarded: %s', (_, argv) => {
  expect(opensGuarded(argv)).toBe(true);
});

it.each<[string, readonly Token[]]>([
  ['an input', ['-i', { in: 'source' }]],
  ['behind a guarded one', [...guarded, '-i', { in: 'other' }]],
  ['behind a guard of something else', [...inputGuard('png_pipe'), '-i', { scratch: 'a.png' }, '-i', { in: 'source' }]],
  ['with half of a guard', ['-protocol_whitelist', 'file', '-i', { in: 'source' }]],
  ['what ffprobe reads', ['-show_format', { in: 'source' }]],
  ['a file in a folder that was given', ['-i', { in: 'source', path: 'a.ts' }]],
])('is not: %s', (_, argv) => {
  expect(opensGuarded(argv)).toBe(false);
});
