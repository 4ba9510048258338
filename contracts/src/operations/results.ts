import type { z } from 'zod';
import { noResult } from './operation.ts';
import { operationIds, operations, type OperationId } from './registry.ts';

/** `audio.noise_reduction` tells an `AudioNoiseReductionResult`. */
const nameOf = (id: OperationId): string =>
  `${id
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Result`;

const telling = operationIds.filter((id) => operations[id].result !== noResult);

/** By operation, the name under which documents describe what its jobs tell beside files. */
export const resultNames: Readonly<Partial<Record<OperationId, string>>> = Object.fromEntries(
  telling.map((id) => [id, nameOf(id)]),
);

export type ResultOf<K extends OperationId> = z.output<(typeof operations)[K]['result']>;

/** What jobs tell beside files, each named; the operation says which of them it is. */
export const operationResults = telling.map((id) => {
  const result: z.ZodType<ResultOf<OperationId>> = operations[id].result;
  return result.meta({ id: nameOf(id), description: `What jobs of \`${id}\` tell beside files.` });
});
