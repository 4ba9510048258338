import { operations, type OperationId } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { operationCases } from '../../e2e/media/operation-cases.ts';

/** Measured elsewhere: by the conversions, by commands that callers write, by ffprobe's own answer, by translators. */
const measuredElsewhere: readonly OperationId[] = [
  'transcode',
  'ffmpeg.command',
  'ffmpeg.job',
  'probe',
  'subtitles.translate',
];

it('the output of every operation is measured on real material', () => {
  const measured = new Set<string>([...measuredElsewhere, ...operationCases.map(({ operation }) => operation)]);
  expect(Object.keys(operations).filter((id) => !measured.has(id))).toEqual([]);
  expect(measuredElsewhere.filter((id) => operationCases.some(({ operation }) => operation === id))).toEqual([]);
});
