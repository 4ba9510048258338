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
import type { MediaTask, Row } from './media-task.ts';
import { operationCases } from './operation-cases.ts';

interface OperationRow extends Row, Verdict {
  readonly wallMs: number;
}

const nameOf = ({ operation, name }: MeasuredCase): string => `${operation}: ${name}`;

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
  return { name: nameOf(one), wallMs: outcome.stats.wallMs, ...verdict };
};

const show = ({ wallMs, figures }: OperationRow): string => {
  const said = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
  return `${(wallMs / 1000).toFixed(1)} s  [${said.join(', ')}]`;
};

/** Every measured case of every operation. */
export const operationTasks = (exec: MediaExec, material: Material): readonly MediaTask[] =>
  operationCases.map((one) => ({
    name: nameOf(one),
    run: async () => {
      const row = await runCase(exec, one, material);
      return { row, told: show(row) };
    },
  }));
