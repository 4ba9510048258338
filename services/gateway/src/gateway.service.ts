import { signPath } from '@ffapi/secrets';
import { listen } from '@ffapi/bus';
import {
  adminKey,
  derivedKey,
  HealthBoard,
  healthSubject,
  type HealthReport,
  type ServiceContext,
  type ServiceParts,
} from '@ffapi/service-kit';
import { createLinks, type Links, type LinkSigner } from '@ffapi/job-view';
import { plainOrJob } from './http/legacy-commands.ts';
import { keyHandlers } from './http/key-handlers.ts';
import { legacyHandlers } from './http/legacy-handlers.ts';
import { legacyJobHandlers } from './http/legacy-jobs.ts';
import { legacyTempoHandlers } from './http/legacy-tempo.ts';
import { adminKeyId, createAccess } from './http/access.ts';
import { auditHandlers } from './http/audit-handlers.ts';
import { docHandlers } from './http/doc-handlers.ts';
import { fileHandlers } from './http/file-handlers.ts';
import { composeBinaries } from './http/compose-binaries.ts';
import { createIdempotency } from './http/idempotency.ts';
import { incidentHandlers } from './http/incident-handlers.ts';
import { jobHandlers } from './http/job-handlers.ts';
import { liveHandlers } from './http/live-handlers.ts';
import { serveWebSockets } from './http/web-sockets.ts';
import { meHandlers } from './http/me-handlers.ts';
import { perfHandlers } from './http/perf-handlers.ts';
import { platformHandlers } from './http/platform-handlers.ts';
import { presetHandlers } from './http/preset-handlers.ts';
import { reviewHandlers } from './http/review-handlers.ts';
import { startGatewayServer } from './http/server.ts';
import { openSessions } from './http/open-sessions.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { sessionHandlers } from './http/session-handlers.ts';
import { settingHandlers } from './http/setting-handlers.ts';
import { createJobShow } from './http/show-jobs.ts';
import { StandingCalls } from './http/standing-calls.ts';
import { submitHandlers } from './http/submit-job.ts';
import { twoFactorHandlers } from './http/two-factor-handlers.ts';
import { usageHandlers } from './http/usage-handlers.ts';
import { userHandlers } from './http/user-handlers.ts';
import { webhookHandlers } from './http/webhook-handlers.ts';
import { submittedBefore } from './domain/submitted-before.ts';
import { Admission } from './live/admission.ts';
import { startAudit } from './live/audit.ts';
import { keepAuthFacts } from './live/auth-facts.ts';
import { Counters } from './live/counters.ts';
import { LiveFeed } from './live/feed.ts';
import { knowKeys } from './live/known-keys.ts';
import { PerfRunner } from './live/perf-run.ts';
import { startReadSide } from './live/read-side.ts';
import { projected } from './projections/index.ts';

export const name = 'gateway';
export const projections = Object.values(projected);
export { verifyStoredAuditLog } from './live/audit.ts';

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
  const { config } = context;
  const admin = adminKey(config, context.dataDir);
  const signingKey = derivedKey(context.masterKey, 'download-links');
  let baseUrl = config.PUBLIC_BASE_URL ?? '';
  const signer: LinkSigner = {
    sign: (fileId, path, expiresAtSeconds) => signPath(signingKey, fileId, path, expiresAtSeconds),
    expiresAtSeconds: () => Math.floor(Date.now() / 1000) + config.DOWNLOAD_URL_EXPIRY,
  };
  const links = (): Links => createLinks(baseUrl, signer);

  return {
    start: async () => {
      const feed = new LiveFeed(context);
      await feed.start();
      context.metrics.onScrape(() => context.metrics.eventStreamsOpen.set(feed.watching));
      const board = new HealthBoard();
      const reports = listen<HealthReport>(context.connection, healthSubject, (report) =>
        board.record(report, Date.now()),
      );
      const reads = startReadSide(context, readModel, feed);
      const show = createJobShow(context, feed, links);
      const idempotency = await createIdempotency(context);
      const perfRunner = new PerfRunner({ context, feed, ...reads, shown: reads.resultsHold });
      const audit = await startAudit(context, readModel, reads);
      const authFacts = keepAuthFacts(context);
      const keys = await knowKeys(context);
      const counters = await Counters.open(context);
      const settings = await context.openSettings();
      const limits = createRateLimit({ counters, context, settings, firstAdminId: adminKeyId });
      const ofPeople = await openSessions(context, { counters, facts: authFacts });
      const access = createAccess(context, { keys, people: ofPeople.people, limits, settings, facts: authFacts });
      const history = async (keyId: string, now: string) => {
        await reads.caughtUp();
        return submittedBefore(reads.hours, keyId, now);
      };
      const admission = await Admission.open({ context, ring: keys.ring, history });
      const standing = new StandingCalls(access, context.log);
      const submitPorts = { context, feed, show, idempotency, admission, standing };
      const submits = submitHandlers(submitPorts);
      const ofJobs = jobHandlers({ context, show, admission, feed, idempotency, ...reads });
      const server = await startGatewayServer(
        context,
        {
          ...submits,
          ...composeBinaries(submitPorts),
          ...plainOrJob(submitPorts, submits),
          ...legacyHandlers({ ...submitPorts, files: reads.files, filesHold: reads.filesHold }),
          ...legacyTempoHandlers({ ...submitPorts, ...reads }),
          ...legacyJobHandlers({ context, show, handlers: ofJobs, ...reads }),
          ...ofJobs,
          ...liveHandlers({ context, feed, show, access, standing }),
          ...fileHandlers({
            context,
            files: reads.files,
            filesHold: reads.filesHold,
            limits,
            links,
            signingKey,
            standing,
            idempotency,
          }),
          ...keyHandlers({ context, keys, idempotency }),
          ...meHandlers({ context, keys, users: ofPeople.users, admission, limits, settings, ...reads }),
          ...settingHandlers(context, settings),
          ...userHandlers({ ...ofPeople, idempotency }),
          ...sessionHandlers(ofPeople),
          ...twoFactorHandlers(ofPeople),
          ...reviewHandlers({ context, reads }),
          ...incidentHandlers({ incidents: reads.incidents, baseUrl: () => baseUrl }),
          ...usageHandlers({ context, keys, reads }),
          ...auditHandlers({ audit, reads }),
          ...presetHandlers(context, idempotency),
          ...webhookHandlers(context, idempotency),
          ...perfHandlers(perfRunner, reads.results, standing),
          ...platformHandlers({
            hours: reads.hours,
            reported: () => board.components(Date.now()),
            context,
            isReady: () => reads.health().status !== 'down' && !context.connection.isClosed(),
            readModelHealth: reads.health,
          }),
          ...docHandlers(),
        },
        { access, links },
      );
      serveWebSockets(server, { context, feed, show, access, standing, links });
      baseUrl = config.PUBLIC_BASE_URL ?? server.url;
      await reads.ready();
      onReady?.({ url: server.url, adminKey: admin.key, adminKeyIsNew: admin.isNew });
      return {
        stop: async () => {
          standing.stop();
          await perfRunner.stop();
          await server.close();
          reports.unsubscribe();
          await feed.stop();
          await ofPeople.users.stop();
          await keys.stop();
          await authFacts.stop();
          await reads.stop();
          await audit.stop();
          await readModel.close();
        },
      };
    },
  };
};
