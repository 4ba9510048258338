interface Ran {
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

/** The most jobs that were running at one moment, from what their events say. */
export const mostAtATime = (jobs: readonly Ran[]): number => {
  const changes = jobs.flatMap(({ started_at, completed_at }) => [
    { at: Date.parse(started_at ?? ''), by: 1 },
    { at: Date.parse(completed_at ?? ''), by: -1 },
  ]);
  let [now, most] = [0, 0];
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
};
