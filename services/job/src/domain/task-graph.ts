import type { InputSource, TaskNode } from '@ffapi/contracts';

export interface GraphRequest {
  readonly inputs: Readonly<Record<string, InputSource>>;
  readonly pool: string;
  readonly dryRun: boolean;
}

/** The tasks of a job: fetch what is not stored yet, do the work, publish what came out (a dry run publishes nothing). */
export const taskGraph = ({ inputs, pool, dryRun }: GraphRequest): TaskNode[] => {
  const ingests: TaskNode[] = Object.entries(inputs)
    .filter(([, source]) => source.kind === 'url')
    .map(([input], n) => ({ n, kind: 'ingest', pool: 'storage', after: [], input }));
  const work: TaskNode = {
    n: ingests.length,
    kind: dryRun ? 'plan' : 'operation',
    pool,
    after: ingests.map(({ n }) => n),
  };
  if (dryRun) return [...ingests, work];
  return [...ingests, work, { n: work.n + 1, kind: 'publish', pool: 'storage', after: [work.n] }];
};
