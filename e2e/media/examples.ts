import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { operations } from '@ffapi/contracts';
import type { Operation, OperationId } from '@ffapi/contracts';
import { plans } from '@ffapi/media';
import type { Plan, PlanFn } from '@ffapi/media';
import type { MediaExec } from '@ffapi/media-exec';
import { goodInputs, mediaOperations, openInputs } from './inputs.ts';
import type { Material } from './material.ts';
import type { MediaTask } from './media-task.ts';

/** Whatever a step writes is an output that was announced, or lies in the scratch folder. */
const unannounced = ({ steps, outputs }: Plan): string[] =>
  steps.flatMap(({ writes, argv }) =>
    writes.filter(
      (name) =>
        !outputs.some((output) => output.name === name) &&
        !argv.some((token) => typeof token === 'object' && 'scratch' in token && token.scratch === name),
    ),
  );

const runExample = async (exec: MediaExec, id: OperationId, params: unknown, material: Material): Promise<string> => {
  const operation = operations[id] as Operation;
  const parsed = operation.params.parse(params);
  const workDir = await mkdtemp(join(material.folder, 'example-'));
  const outcome = await exec.run({
    operation: id,
    plan: plans[id] as PlanFn,
    params: parsed,
    inputs: await openInputs(exec, operation, await goodInputs(operation, parsed, material)),
    workDir,
    hardware: 'cpu',
    signal: new AbortController().signal,
  });
  await rm(workDir, { recursive: true, force: true });
  const stray = unannounced(outcome.plan);
  if (stray.length > 0) throw new Error(`writes ${stray.join(', ')}, which its plan does not announce`);
  return `${(outcome.stats.wallMs / 1000).toFixed(1)} s`;
};

/** Every example of the documentation on real film; what comes out is verified against what its plan promised. */
export const exampleTasks = (exec: MediaExec, material: Material): readonly MediaTask[] =>
  mediaOperations.flatMap((id) =>
    operations[id].examples.map(({ title, params }) => {
      const name = `example: ${id}: ${title}`;
      return {
        name,
        run: async () => ({ row: { name, misses: [] }, told: await runExample(exec, id, params, material) }),
      };
    }),
  );
