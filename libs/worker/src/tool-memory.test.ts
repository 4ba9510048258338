import { expect, it } from 'vitest';
import { toolMemoryBytes } from './tool-memory.ts';

it.each([
  ['a small container', undefined, 2_048, 1_536],
  ['a pod', undefined, 4_096, 3_072],
  ['a laptop', undefined, 8_192, 4_096],
  ['a workstation', undefined, 12_288, 6_144],
  ['a server', undefined, 262_144, 8_192],
  ['as it is set', 20_000, 8_192, 20_000],
])('memory of a tool: %s', (_, set, machineMb, toolMb) => {
  expect(toolMemoryBytes({ FFMPEG_MEMORY_MB: set }, machineMb * 1024 ** 2) / 1024 ** 2).toBe(toolMb);
});
