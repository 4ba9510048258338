import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { operations } from '@ffapi/contracts';
import type { Operation } from '@ffapi/contracts';
import { plans } from '@ffapi/media';
import type { PlanFn } from '@ffapi/media';
import type { MediaExec } from '@ffapi/media-exec';
import { openInputs } from './inputs.ts';
import type { Material } from './material.ts';
import type { Made, MeasuredCase, Verdict } from './measured-case.ts';
import { operationCases } from './operation-cases.ts';

export interface OperationRow extends Verdict {
  readonly name: string;
  readonly wallMs: number;
}

const runCase = async (exec: MediaExec, one: MeasuredCase, material: Material): Promise<OperationRow> => {
  const folder = await mkdtemp(join(material.folder, 'case-'));
  const workDir = join(folder, 'work');
  const measuring = join(folder, 'measuring');
  await Promise.all([mkdir(workDir), mkdir(measuring)]);
  const paths = await one.inputs(material);
  const outcome = await exec.run({
    operation: one.operation,
    plan: plans[one.operation] as PlanFn,
    params: operations[one.operation].params.parse(one.params),
    inputs: await openInputs(exec, operations[one.operation] as Operation, paths),
    workDir,
    hardware: 'cpu',
    signal: new AbortController().signal,
  });
  const artifact: Made['artifact'] = (name) => {
    const found = outcome.artifacts.find((each) => name === undefined || each.name === name);
    if (!found) throw new Error(`${one.name} made no ${name ?? 'output'}`);
    return found;
  };
  const path: Made['path'] = (name) => artifact(name).path;
  const verdict = await one.measure({ outcome, inputs: paths, path, artifact, folder: measuring });
  return { name: `${one.operation}: ${one.name}`, wallMs: outcome.stats.wallMs, ...verdict };
};

const show = ({ name, wallMs, figures, misses }: OperationRow): string =>
  [
    name.padEnd(44),
    `${(wallMs / 1000).toFixed(1)} s`.padStart(8),
    `  ${misses.length === 0 ? 'ok' : misses.join('; ')}`,
    `  [${Object.entries(figures)
      .map(([figure, value]) => `${figure} ${value}`)
      .join(', ')}]`,
  ].join('');

/** Runs every measured case of every operation; a case that fails is a miss of its own. */
export const runOperations = async (
  exec: MediaExec,
  material: Material,
  only: string | undefined,
  onLine: (line: string) => void,
): Promise<OperationRow[]> => {
  const rows: OperationRow[] = [];
  onLine(`${'operations'.padEnd(44)}    wall`);
  for (const one of operationCases) {
    if (only !== undefined && !`${one.operation}: ${one.name}`.includes(only)) continue;
    const row = await runCase(exec, one, material).catch((error: unknown): OperationRow => ({
      name: `${one.operation}: ${one.name}`,
      wallMs: 0,
      figures: {},
      misses: [String(error)],
    }));
    rows.push(row);
    onLine(show(row));
  }
  return rows;
};
