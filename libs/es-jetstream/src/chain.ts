import { EventStoreCorrupt, type EventStore, type RecordedCommit } from '@ffapi/es';
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

/** Follows commits in the order of the store and tells the first thing that does not follow from what came before. */
export const createChainCheck = () => {
  const heads = new Map<string, { readonly version: number; readonly hash: string }>();
  return {
    streams: (): number => heads.size,
    /** What is wrong with the next commit, or `null`. */
    next: ({ stream, version, previousHash, hash: own }: RecordedCommit): string | null => {
      const head = heads.get(stream);
      const versionExpected = (head?.version ?? 0) + 1;
      if (version !== versionExpected) return `version ${version} where ${versionExpected} was due`;
      if (previousHash !== (head?.hash ?? '')) return 'the hash of the commit before does not match';
      heads.set(stream, { version, hash: own });
      return null;
    },
  };
};

/** Walks the whole store and reports the first broken link. */
export const verifyChain = async (store: EventStore, signal?: AbortSignal): Promise<ChainReport> => {
  const check = createChainCheck();
  let commits = 0;
  let position = 0;
  const report = (broken: ChainReport['broken']): ChainReport => ({
    commits,
    streams: check.streams(),
    position,
    broken,
  });
  try {
    for await (const batch of store.read({ after: 0, signal })) {
      for (const commit of batch) {
        const reason = check.next(commit);
        if (reason !== null) return report({ stream: commit.stream, position: commit.position, reason });
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
