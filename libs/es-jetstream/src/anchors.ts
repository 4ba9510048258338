import { EventStoreCorrupt, type EventStore, type RecordedCommit } from '@ffapi/es';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { rollHash } from './chain.ts';

/** What the store held at one moment, kept outside of it. */
export interface Anchor {
  readonly incarnation: string;
  readonly position: number;
  /** Commits up to and with this position. */
  readonly count: number;
  readonly rollingHash: string;
}

/** A second home for the newest anchors, for the day when the first one is lost together with the store. */
export interface AnchorMirror {
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

export interface AnchorOptions {
  readonly store: EventStore;
  /** Outside the folder of the store. */
  readonly file: string;
  readonly mirror?: AnchorMirror | undefined;
}

export interface AnchorKeeper {
  /** Writes a last anchor at the end of the store. */
  stop(): Promise<void>;
  /** Rejects when the keeper cannot go on; resolves after `stop`. */
  readonly ended: Promise<void>;
}

const commitsPerAnchor = 1_000;
/** Two are needed to check a stretch; the mirror carries a few more. */
const mirroredAnchors = 10;

const parseLine = (line: string): Anchor | null => {
  try {
    return JSON.parse(line) as Anchor;
  } catch {
    // A power cut while the line was written; the one before it holds.
    return null;
  }
};

const parse = (text: string): Anchor[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map(parseLine)
    .filter((anchor) => anchor !== null);

const readFileText = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

const readAnchors = async ({ file, mirror }: Omit<AnchorOptions, 'store'>): Promise<Anchor[]> => {
  const local = parse((await readFileText(file)) ?? '');
  const mirrored = parse((await mirror?.read()) ?? '');
  return (local.at(-1)?.position ?? 0) >= (mirrored.at(-1)?.position ?? 0) ? local : mirrored;
};

const extend = (anchor: Anchor, commit: RecordedCommit): Anchor => ({
  ...anchor,
  position: commit.position,
  count: anchor.count + 1,
  rollingHash: rollHash(anchor.rollingHash, commit.hash),
});

const origin = (incarnation: string): Anchor => ({ incarnation, position: 0, count: 0, rollingHash: '' });

/**
 * Checks that the store still holds what the anchors say, from the last anchor but one on (at most a few thousand
 * commits). Throws `EventStoreCorrupt` for a cut tail, a lost store or a store that is another one.
 */
export const verifyAnchors = async ({ store, file, mirror }: AnchorOptions): Promise<Anchor | null> => {
  const [before, newest] = (await readAnchors({ file, mirror })).slice(-2);
  const last = newest ?? before;
  if (!last) return null;
  const incarnation = await store.incarnation();
  if (last.incarnation !== incarnation) {
    throw new EventStoreCorrupt(
      `the event store is another one than the ${last.count} commits anchored in ${file} came from`,
    );
  }
  let reached = newest && before && before.incarnation === incarnation ? before : origin(incarnation);
  reading: for await (const batch of store.read({ after: reached.position })) {
    for (const commit of batch) {
      if (commit.position > last.position) break reading;
      reached = extend(reached, commit);
    }
  }
  if (reached.count < last.count) {
    throw new EventStoreCorrupt(
      `the event store ends at commit ${reached.count}, but ${last.count} were anchored in ${file}`,
    );
  }
  if (reached.rollingHash !== last.rollingHash) {
    throw new EventStoreCorrupt(`commits up to position ${last.position} are not the ones anchored in ${file}`);
  }
  return last;
};

const appendSynced = async (file: string, line: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a');
  try {
    await handle.write(line);
    await handle.datasync();
  } finally {
    await handle.close();
  }
};

/** Follows the store and anchors it every 1,000 commits and when it is stopped. Run one per store. */
export const createAnchorKeeper = async (options: AnchorOptions): Promise<AnchorKeeper> => {
  const { store, file, mirror } = options;
  let recent = (await readAnchors(options)).slice(-mirroredAnchors);
  const incarnation = await store.incarnation();
  const newest = recent.at(-1);
  let reached = newest?.incarnation === incarnation ? newest : origin(incarnation);
  let anchored = reached.count;
  const stopping = new AbortController();

  const write = async () => {
    if (reached.count === anchored) return;
    const line = `${JSON.stringify(reached)}\n`;
    await appendSynced(file, line);
    recent = [...recent, reached].slice(-mirroredAnchors);
    anchored = reached.count;
    await mirror?.write(recent.map((anchor) => `${JSON.stringify(anchor)}\n`).join(''));
  };
  const keep = async (reading: AsyncIterable<readonly RecordedCommit[]>) => {
    for await (const batch of reading) {
      for (const commit of batch) {
        reached = extend(reached, commit);
        if (reached.count % commitsPerAnchor === 0) await write();
      }
    }
  };

  const ended = keep(store.read({ after: reached.position, follow: true, signal: stopping.signal }));
  ended.catch(() => {});
  return {
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
      await keep(store.read({ after: reached.position }));
      await write();
    },
  };
};
