import { EventUnknown, streamMatcher, type Document, type Projection } from '@ffapi/es';
import { runProjection, type Collection, type ProjectionOptions, type ReadModel } from '@ffapi/read-model';
import { projectionLease, type ComponentHealth, type Running, type ServiceContext } from '@ffapi/service-kit';
import type { ReviewReads } from '../reviews/index.ts';
import type { AuditReads } from '../audit/index.ts';
import { projected } from './projected.ts';
import type { LiveFeed } from '../jobs/index.ts';

/** Live events of this long are written together. */
const gatherMs = 20;
const auditGatherMs = 100;
const caughtUpMs = 500;

type Name = keyof typeof projected;
type DocumentOf<P> = P extends Projection<infer _, infer D> ? D : never;
type Collections = { readonly [N in Name]: Collection<DocumentOf<(typeof projected)[N]>> };

const byName = <T>(make: (projection: Projection, name: Name) => T): Readonly<Record<Name, T>> =>
  Object.fromEntries(
    Object.entries(projected).map(([name, projection]) => [name, make(projection as Projection, name as Name)]),
  ) as Record<Name, T>;

/** What queries are answered from, kept up to date. */
export interface ReadSide
  extends Running, Collections, Pick<AuditReads, 'audited' | 'onAudited'>, Pick<ReviewReads, 'reviewsHold'> {
  /** Resolves when lists and counters hold what clients of this process may know of. */
  caughtUp(): Promise<void>;
  /** Resolves when files that this process has stored are found. */
  filesHold(): Promise<void>;
  /** Resolves when results hold a commit. */
  resultsHold(position: number): Promise<void>;
  /** Resolves when shares hold a commit. */
  sharesHold(position: number): Promise<void>;
  /** Down when a projection has stopped for good; degraded when one stands before what a newer version has written. */
  health(): ComponentHealth;
  /** Resolves when all that was stored before the start is written. */
  ready(): Promise<void>;
}

export const startReadSide = (context: ServiceContext, readModel: ReadModel, feed: LiveFeed): ReadSide => {
  const { store, log } = context;
  const auditListeners: (() => void)[] = [];
  let isAuditWhole = false;
  const tellAudited = (): void => {
    if (isAuditWhole) for (const listener of auditListeners) listener();
  };
  const more: { readonly [N in Name]?: Pick<ProjectionOptions<never, Document>, 'gatherMs' | 'onApplied'> } = {
    jobs: { gatherMs },
    hours: { gatherMs },
    audit: { gatherMs: auditGatherMs, onApplied: tellAudited },
  };
  const running = byName((projection, name) =>
    runProjection({
      store,
      readModel,
      projection,
      lease: projectionLease(context, readModel, projection.name),
      onTrouble: (err) => log.warn({ err }, 'projection stands still'),
      ...more[name],
    }),
  );
  const collections = byName(({ name, indexes }) => readModel.collection({ name, indexes })) as Collections;
  const all = Object.values(running);
  void running.audit.ready.then(
    () => {
      isAuditWhole = true;
      tellAudited();
    },
    () => {},
  );
  const [isAuditStream, isFileStream] = [
    streamMatcher(projected.audit.streams),
    streamMatcher(projected.files.streams),
  ];
  let [appended, fileAppended] = [0, 0];
  const unlisten = context.onAppended(({ stream, position }) => {
    if (isAuditStream(stream)) appended = Math.max(appended, position);
    if (isFileStream(stream)) fileAppended = Math.max(fileAppended, position);
  });
  return {
    ...collections,
    caughtUp: async () => {
      // Where another process projects, how far it is cannot be known here.
      if (!readModel.exclusive) return;
      const { any, job } = feed.seen;
      await Promise.all([running.jobs.waitFor(any, caughtUpMs), running.hours.waitFor(job, caughtUpMs)]);
    },
    filesHold: async () => {
      if (readModel.exclusive) await running.files.waitFor(fileAppended, caughtUpMs);
    },
    resultsHold: async (position) => {
      if (readModel.exclusive) await running.results.waitFor(position, caughtUpMs);
    },
    audited: async () => {
      if (!readModel.exclusive) return (await collections.audit.checkpoint())?.position ?? 0;
      await running.audit.waitFor(appended, caughtUpMs);
      return running.audit.position();
    },
    onAudited: (listener) => {
      auditListeners.push(listener);
    },
    reviewsHold: async (position) => {
      if (readModel.exclusive) await running.reviews.waitFor(position, caughtUpMs);
    },
    sharesHold: async (position) => {
      if (readModel.exclusive) await running.shares.waitFor(position, caughtUpMs);
    },
    health: () => {
      const failures = all.map((projector) => projector.failed()).filter((failure) => failure !== null);
      const [failure] = failures;
      if (!failure) return { status: 'up' };
      const isOnlyBehind = failures.every((each) => each instanceof EventUnknown);
      return { status: isOnlyBehind ? 'degraded' : 'down', detail: { reason: failure.message } };
    },
    ready: async () => {
      // A shared read model may be projected by another process: then there is nothing to wait for here.
      if (readModel.exclusive) await Promise.all(all.map((projector) => projector.ready));
    },
    stop: async () => {
      unlisten();
      await Promise.all(all.map((projector) => projector.stop()));
    },
  };
};
