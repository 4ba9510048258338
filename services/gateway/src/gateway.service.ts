import { runProjection } from '@ffapi/read-model';
import { signPath } from '@ffapi/secrets';
import { adminKey, derivedKey, projectionLease, type ServiceContext, type ServiceParts } from '@ffapi/service-kit';
import { createLinks, type Links } from '@ffapi/job-view';
import { plainOrJob } from './http/legacy-commands.ts';
import { keyHandlers } from './http/key-handlers.ts';
import { legacyHandlers } from './http/legacy-handlers.ts';
import { legacyJobHandlers } from './http/legacy-jobs.ts';
import { legacyTempoHandlers } from './http/legacy-tempo.ts';
import { createAccess } from './http/access.ts';
import { docHandlers } from './http/doc-handlers.ts';
import { fileHandlers } from './http/file-handlers.ts';
import { createIdempotency } from './http/idempotency.ts';
import { jobHandlers } from './http/job-handlers.ts';
import { liveHandlers, serveWebSockets } from './http/live-handlers.ts';
import { perfHandlers } from './http/perf-handlers.ts';
import { platformHandlers } from './http/platform-handlers.ts';
import { presetHandlers } from './http/preset-handlers.ts';
import { startGatewayServer } from './http/server.ts';
import { createJobShow } from './http/show-jobs.ts';
import { submitHandlers } from './http/submit-job.ts';
import { webhookHandlers } from './http/webhook-handlers.ts';
import { LiveFeed } from './live/feed.ts';
import { knowKeys } from './live/known-keys.ts';
import { PerfRunner } from './live/perf-run.ts';
import { analytics } from './projections/analytics.projection.ts';
import { files, type FileDocument } from './projections/files.projection.ts';
import { perfResults, type PerfDocument } from './projections/perf-results.projection.ts';
import { jobs, type JobDocument } from '@ffapi/job-view';

export const name = 'gateway';
/** Live events of this long are written together. */
const gatherMs = 20;
const caughtUpMs = 500;
export const projections = [jobs, analytics, files, perfResults];

export interface GatewayReady {
  readonly url: string;
  readonly adminKey: string;
  readonly adminKeyIsNew: boolean;
}

/** Public REST; tells where it listens once it does. */
export const setup = async (
  context: ServiceContext,
  onReady?: (ready: GatewayReady) => void,
): Promise<ServiceParts> => {
  const readModel = await context.openReadModel();
  const { store, config } = context;
  const admin = adminKey(config, context.dataDir);
  const signingKey = derivedKey(context.masterKey, 'download-links');
  const expires = (): number => Math.floor(Date.now() / 1000) + config.DOWNLOAD_URL_EXPIRY;
  let baseUrl = config.PUBLIC_BASE_URL ?? '';
  const links = (): Links => createLinks(baseUrl, (fileId, path) => signPath(signingKey, fileId, path, expires()));

  return {
    start: async () => {
      const feed = new LiveFeed(context);
      await feed.start();
      const onRetry = (err: unknown): void => context.log.warn({ err }, 'projection waits');
      const lease = (projection: string) => projectionLease(context, readModel, projection);
      const jobsProjector = runProjection({
        store,
        readModel,
        projection: jobs,
        lease: lease(jobs.name),
        onRetry,
        gatherMs,
      });
      const hoursProjector = runProjection({
        store,
        readModel,
        projection: analytics,
        lease: lease(analytics.name),
        onRetry,
        gatherMs,
      });
      const filesProjector = runProjection({ store, readModel, projection: files, lease: lease(files.name), onRetry });
      const perfProjector = runProjection({
        store,
        readModel,
        projection: perfResults,
        lease: lease(perfResults.name),
        onRetry,
      });
      const projectors = [jobsProjector, hoursProjector, filesProjector, perfProjector];
      const caughtUp = async (): Promise<void> => {
        // Where another process projects, how far it is cannot be known here.
        if (!readModel.exclusive) return;
        const { any, job } = feed.seen;
        await Promise.all([jobsProjector.waitFor(any, caughtUpMs), hoursProjector.waitFor(job, caughtUpMs)]);
      };
      const failed = () =>
        projectors.map((projector) => projector.failed()).find((failure) => failure !== null) ?? null;
      const show = createJobShow(context, feed, links);
      const idempotency = await createIdempotency(context);
      const storedFiles = readModel.collection<FileDocument>({ name: files.name, indexes: files.indexes });
      const results = readModel.collection<PerfDocument>({ name: perfResults.name, indexes: perfResults.indexes });
      const shown = async (position: number): Promise<void> => {
        if (readModel.exclusive) await perfProjector.waitFor(position, caughtUpMs);
      };
      const perfRunner = new PerfRunner({ context, feed, files: storedFiles, results, shown });
      const keys = await knowKeys(context);
      const access = createAccess(context, keys);
      const submitPorts = { context, feed, show, idempotency };
      const submits = submitHandlers(submitPorts);
      const storedJobs = readModel.collection<JobDocument>({ name: jobs.name, indexes: jobs.indexes });
      const ofJobs = jobHandlers({
        context,
        show,
        caughtUp,
        jobs: storedJobs,
        hours: readModel.collection({ name: analytics.name, indexes: analytics.indexes }),
      });
      const server = await startGatewayServer(
        context,
        {
          ...submits,
          ...plainOrJob(submitPorts, submits),
          ...legacyHandlers({ ...submitPorts, files: storedFiles }),
          ...legacyTempoHandlers({ ...submitPorts, jobs: storedJobs, caughtUp }),
          ...legacyJobHandlers({ context, show, handlers: ofJobs, jobs: storedJobs, caughtUp }),
          ...ofJobs,
          ...liveHandlers({ context, feed, show }),
          ...fileHandlers({
            context,
            files: storedFiles,
            links,
            signingKey,
          }),
          ...keyHandlers({ context, keys, idempotency }),
          ...presetHandlers(context),
          ...webhookHandlers(context, idempotency),
          ...perfHandlers(perfRunner, results),
          ...platformHandlers({
            context,
            isReady: () => failed() === null && !context.connection.isClosed(),
            readModelHealth: () => (failed() === null ? { status: 'up' } : { status: 'down' }),
          }),
          ...docHandlers(),
        },
        { access, links },
      );
      serveWebSockets(server.fastify, { context, feed, show, access });
      baseUrl = config.PUBLIC_BASE_URL ?? server.url;
      // A shared read model may be projected by another process: then there is nothing to wait for here.
      if (readModel.exclusive) await Promise.all(projectors.map(({ ready }) => ready));
      onReady?.({ url: server.url, adminKey: admin.key, adminKeyIsNew: admin.isNew });
      return {
        stop: async () => {
          await perfRunner.stop();
          await server.close();
          await feed.stop();
          await keys.stop();
          await Promise.all(projectors.map((projector) => projector.stop()));
          await readModel.close();
        },
      };
    },
  };
};
