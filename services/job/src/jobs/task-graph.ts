import type { InputSource, TaskNode } from '@ffapi/contracts';

export interface GraphRequest {
  readonly inputs: Readonly<Record<string, InputSource>>;
  readonly pool: string;
  readonly dryRun: boolean;
  /** Its inputs are looked at before anything is done with them. */
  readonly isModerated?: boolean;
}

/** Pictures of the inputs, and what a provider says of them; a plan of what would run shows nobody anything. */
const moderation = (n: number, after: number[]): TaskNode[] => [
  { n, kind: 'sample', pool: 'thumbnail', after },
  { n: n + 1, kind: 'moderate', pool: 'moderation', after: [n] },
];

/** The tasks of a job: fetch what is not stored yet, do the work, publish what came out (a dry run publishes nothing). */
export const taskGraph = ({ inputs, pool, dryRun, isModerated = false }: GraphRequest): TaskNode[] => {
  const ingests: TaskNode[] = Object.entries(inputs)
    .filter(([, source]) => source.kind === 'url')
    .map(([input], n) => ({ n, kind: 'ingest', pool: 'storage', after: [], input }));
  const fetched = ingests.map(({ n }) => n);
  const checks = isModerated && !dryRun ? moderation(ingests.length, fetched) : [];
  const work: TaskNode = {
    n: ingests.length + checks.length,
    kind: dryRun ? 'plan' : 'operation',
    pool,
    after: checks.length > 0 ? checks.slice(-1).map(({ n }) => n) : fetched,
  };
  if (dryRun) return [...ingests, work];
  return [...ingests, ...checks, work, { n: work.n + 1, kind: 'publish', pool: 'storage', after: [work.n] }];
};
