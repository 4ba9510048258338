import { EventStoreCorrupt, type EventStore } from '@ffapi/es';
import { hash } from 'node:crypto';

export interface ChainReport {
  readonly commits: number;
  readonly streams: number;
  readonly position: number;
  /** The first place where what is stored does not follow from what came before; `null`: all is whole. */
  readonly broken: { readonly stream: string; readonly position: number; readonly reason: string } | null;
}

/** Digest over all commits in order, one step. */
export const rollHash = (rollingHash: string, commitHash: string): string => hash('sha256', rollingHash + commitHash);

/** Walks the whole store and reports the first broken link. */
export const verifyChain = async (store: EventStore, signal?: AbortSignal): Promise<ChainReport> => {
  const heads = new Map<string, { version: number; hash: string }>();
  let commits = 0;
  let position = 0;
  const report = (broken: ChainReport['broken']): ChainReport => ({ commits, streams: heads.size, position, broken });
  try {
    for await (const batch of store.read({ after: 0, signal })) {
      for (const commit of batch) {
        const head = heads.get(commit.stream);
        const versionExpected = (head?.version ?? 0) + 1;
        const { stream } = commit;
        const broken = (reason: string) => report({ stream, position: commit.position, reason });
        if (commit.version !== versionExpected)
          return broken(`version ${commit.version} where ${versionExpected} was due`);
        if (commit.previousHash !== (head?.hash ?? '')) return broken('the hash of the commit before does not match');
        heads.set(stream, { version: commit.version, hash: commit.hash });
        commits++;
        position = commit.position;
      }
    }
  } catch (error) {
    if (!(error instanceof EventStoreCorrupt)) throw error;
    return report({ stream: 'unknown', position: position + 1, reason: error.message });
  }
  return report(null);
};
