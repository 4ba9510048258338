import { installPeer, type OnDemand } from '../kit/on-demand.ts';
import { startPeer } from '../kit/peer.ts';
import type { Child } from '../kit/child.ts';

const packages: OnDemand = {
  name: 'emmett',
  from: 'npm',
  packages: ['@event-driven-io/emmett@0.38.5', '@event-driven-io/emmett-sqlite@0.38.5', 'sqlite3@5.1.7'],
};

/** Emmett on SQLite in a process of its own, or why there is none. */
export const startEmmett = async (
  say: (line: string) => void,
): Promise<{ readonly peer: Child | null; readonly notes: readonly string[] }> => {
  const installed = installPeer(packages, say);
  return 'dir' in installed
    ? { peer: await startPeer('emmett.ts', installed.dir), notes: [] }
    : { peer: null, notes: [`No Emmett beside it. ${installed.reason}`] };
};
