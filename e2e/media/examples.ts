import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { operations } from '@ffapi/contracts';
import type { Operation, OperationId } from '@ffapi/contracts';
import { plans } from '@ffapi/media';
import type { Plan, PlanFn } from '@ffapi/media';
import type { MediaExec } from '@ffapi/media-exec';
import { goodInputs, mediaOperations, openInputs } from './inputs.ts';
import type { Material } from './material.ts';

export interface ExampleRow {
  readonly name: string;
  readonly misses: readonly string[];
}

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
export const runExamples = async (
  exec: MediaExec,
  material: Material,
  only: string | undefined,
  onLine: (line: string) => void,
): Promise<ExampleRow[]> => {
  const rows: ExampleRow[] = [];
  for (const id of mediaOperations)
    for (const { title, params } of operations[id].examples) {
      const name = `example: ${id}: ${title}`;
      if (only !== undefined && !name.includes(only)) continue;
      const said = await runExample(exec, id, params, material).then(
        (took) => ({ took, misses: [] as string[] }),
        (error: unknown) => ({ took: '', misses: [String(error)] }),
      );
      rows.push({ name, misses: said.misses });
      onLine(`${name.padEnd(64)}${said.took.padStart(8)}  ${said.misses.length === 0 ? 'ok' : said.misses.join('; ')}`);
    }
  return rows;
};
