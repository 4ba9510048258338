import { jobs, type JobDocument } from '@ffapi/job-view';
import { streamMatcher, type DomainEvent, type Projection } from '@ffapi/es';
import { runProjection, type Collection, type ReadModel } from '@ffapi/read-model';
import { projectionLease, type Running, type ServiceContext } from '@ffapi/service-kit';
import { analytics, type HourDocument } from '../projections/analytics.projection.ts';
import { auditLog, type AuditDocument } from '../projections/audit-log.projection.ts';
import { files, type FileDocument } from '../projections/files.projection.ts';
import { incidents, type IncidentDocument } from '../projections/incidents.projection.ts';
import { perfResults, type PerfDocument } from '../projections/perf-results.projection.ts';
import { reviews, type ReviewDocument } from '../projections/reviews.projection.ts';
import { storageHours, type StorageHour } from '../projections/storage-hours.projection.ts';
import type { LiveFeed } from './feed.ts';

/** Live events of this long are written together. */
const gatherMs = 20;
const auditGatherMs = 100;
const caughtUpMs = 500;

/** What queries are answered from, kept up to date. */
export interface ReadSide extends Running {
  readonly jobs: Collection<JobDocument>;
  readonly hours: Collection<HourDocument>;
  readonly files: Collection<FileDocument>;
  readonly results: Collection<PerfDocument>;
  readonly reviews: Collection<ReviewDocument>;
  readonly incidents: Collection<IncidentDocument>;
  readonly storageHours: Collection<StorageHour>;
  readonly audit: Collection<AuditDocument>;
  /** Resolves when lists and counters hold what clients of this process may know of. */
  caughtUp(): Promise<void>;
  /** Resolves when files that this process has stored are found. */
  filesHold(): Promise<void>;
  /** Resolves when results hold a commit. */
  resultsHold(position: number): Promise<void>;
  /** Up to where the audit log is written: with all that this process has appended, where that can be known. */
  audited(): Promise<number>;
  /** Calls back when the audit log, written by this process, holds all of the past, and when it grows from then on. */
  onAudited(listener: () => void): void;
  /** Resolves when reviews hold a commit. */
  reviewsHold(position: number): Promise<void>;
  /** Why a projection has stopped for good; `null`: none has. */
  failed(): unknown;
  /** Resolves when all that was stored before the start is written. */
  ready(): Promise<void>;
}

export const startReadSide = (context: ServiceContext, readModel: ReadModel, feed: LiveFeed): ReadSide => {
  const { store, log } = context;
  const run = <E extends DomainEvent, D extends Readonly<Record<string, unknown>>>(
    projection: Projection<E, D>,
    more: { readonly gatherMs?: number; readonly onApplied?: () => void } = {},
  ) =>
    runProjection({
      store,
      readModel,
      projection,
      lease: projectionLease(context, readModel, projection.name),
      onRetry: (err) => log.warn({ err }, 'projection waits'),
      ...more,
    });
  const collectionOf = <E extends DomainEvent, D extends Readonly<Record<string, unknown>>>({
    name,
    indexes,
  }: Projection<E, D>): Collection<D> => readModel.collection<D>({ name, indexes });
  const [ofJobs, ofHours] = [run(jobs, { gatherMs }), run(analytics, { gatherMs })];
  const [ofResults, ofReviews] = [run(perfResults), run(reviews)];
  const ofStorage = run(storageHours);
  const auditListeners: (() => void)[] = [];
  let isAuditWhole = false;
  const tellAudited = (): void => {
    if (isAuditWhole) for (const listener of auditListeners) listener();
  };
  const ofAudit = run(auditLog, { gatherMs: auditGatherMs, onApplied: tellAudited });
  void ofAudit.ready.then(
    () => {
      isAuditWhole = true;
      tellAudited();
    },
    () => {},
  );
  const [isAuditStream, isFileStream] = [streamMatcher(auditLog.streams), streamMatcher(files.streams)];
  let [appended, fileAppended] = [0, 0];
  const unlisten = context.onAppended(({ stream, position }) => {
    if (isAuditStream(stream)) appended = Math.max(appended, position);
    if (isFileStream(stream)) fileAppended = Math.max(fileAppended, position);
  });
  const ofFiles = run(files);
  const all = [ofJobs, ofHours, ofFiles, ofResults, ofReviews, run(incidents), ofStorage, ofAudit];
  return {
    jobs: collectionOf(jobs),
    hours: collectionOf(analytics),
    files: collectionOf(files),
    results: collectionOf(perfResults),
    reviews: collectionOf(reviews),
    incidents: collectionOf(incidents),
    storageHours: collectionOf(storageHours),
    audit: collectionOf(auditLog),
    caughtUp: async () => {
      // Where another process projects, how far it is cannot be known here.
      if (!readModel.exclusive) return;
      const { any, job } = feed.seen;
      await Promise.all([ofJobs.waitFor(any, caughtUpMs), ofHours.waitFor(job, caughtUpMs)]);
    },
    filesHold: async () => {
      if (readModel.exclusive) await ofFiles.waitFor(fileAppended, caughtUpMs);
    },
    resultsHold: async (position) => {
      if (readModel.exclusive) await ofResults.waitFor(position, caughtUpMs);
    },
    audited: async () => {
      if (!readModel.exclusive) return (await collectionOf(auditLog).checkpoint())?.position ?? 0;
      await ofAudit.waitFor(appended, caughtUpMs);
      return ofAudit.position();
    },
    onAudited: (listener) => {
      auditListeners.push(listener);
    },
    reviewsHold: async (position) => {
      if (readModel.exclusive) await ofReviews.waitFor(position, caughtUpMs);
    },
    failed: () => all.map((projector) => projector.failed()).find((failure) => failure !== null) ?? null,
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
