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
import { plainOrJob, legacyHandlers, legacyJobHandlers, legacyTempoHandlers } from './legacy/index.ts';
import { keyHandlers } from './keys/index.ts';
import { adminKeyId, createAccess, createRateLimit, StandingCalls, followKeys } from './access/index.ts';
import { auditHandlers, startAudit } from './audit/index.ts';
import { docHandlers } from './pages/index.ts';
import { fileHandlers } from './files/index.ts';
import {
  composeBinaries,
  jobHandlers,
  liveHandlers,
  serveWebSockets,
  createJobPresenter,
  submitHandlers,
  submittedBefore,
  Admission,
  LiveFeed,
} from './jobs/index.ts';
import { createIdempotency, Counters } from './requests/index.ts';
import { incidentHandlers } from './incidents/index.ts';
import { meHandlers } from './me/index.ts';
import { perfHandlers, PerfRunner } from './performance/index.ts';
import { platformHandlers, settingHandlers } from './platform/index.ts';
import { presetHandlers } from './presets/index.ts';
import { reviewHandlers } from './reviews/index.ts';
import { ShareDownloads, shareHandlers } from './shares/index.ts';
import { startGatewayServer } from './server/index.ts';
import { Attempts, openSessions, sessionHandlers, twoFactorHandlers, recordAuthEvents } from './sessions/index.ts';
import { usageHandlers } from './usage/index.ts';
import { userHandlers } from './people/index.ts';
import { webhookHandlers } from './webhooks/index.ts';
import { startReadSide, projected } from './reads/index.ts';

export const name = 'gateway';
export const projections = Object.values(projected);
export { verifyStoredAuditLog } from './audit/index.ts';

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
  const links = (): Links => createLinks(baseUrl, signer, config.CDN_BASE_URL);

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
      const show = createJobPresenter(context, feed, links);
      const idempotency = await createIdempotency(context);
      const perfRunner = new PerfRunner({ context, feed, ...reads, shown: reads.resultsHold });
      const audit = await startAudit(context, readModel, reads);
      const authFacts = recordAuthEvents(context);
      const keys = await followKeys(context);
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
      const downloads = new ShareDownloads(context);
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
          ...shareHandlers({
            context,
            ...reads,
            downloads,
            passwords: ofPeople.passwords,
            attempts: new Attempts(counters, 'share'),
            idempotency,
            limits,
            links,
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
          await downloads.stop();
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
