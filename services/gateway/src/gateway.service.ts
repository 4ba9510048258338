import { adminKey, type ServiceContext, type ServiceParts } from '@ffapi/service-kit';
import { openAudit } from './audit/index.ts';
import { openFiles } from './files/index.ts';
import { openIncidents } from './incidents/index.ts';
import { openJobs, serveWebSockets } from './jobs/index.ts';
import { openKeys } from './keys/index.ts';
import { openLegacy } from './legacy/index.ts';
import { openMe } from './me/index.ts';
import { openPages } from './pages/index.ts';
import { openPeople } from './people/index.ts';
import { openPerformance } from './performance/index.ts';
import { openPlatform } from './platform/index.ts';
import { openPresets } from './presets/index.ts';
import { projected } from './reads/index.ts';
import { handlersOf, stopAll } from './requests/index.ts';
import { openReviews } from './reviews/index.ts';
import { openShares } from './shares/index.ts';
import { startGatewayServer } from './server/index.ts';
import { openSessions } from './sessions/index.ts';
import { openShared, type Shared } from './shared/index.ts';
import { openUsage } from './usage/index.ts';
import { openWebhooks } from './webhooks/index.ts';

export const name = 'gateway';
export const projections = Object.values(projected);
export { verifyStoredAuditLog } from './audit/index.ts';

/** Every capability; a route that none of them serves does not compile. */
const openSlices = (shared: Shared) => {
  const jobs = openJobs(shared);
  return [
    jobs,
    openLegacy(shared, jobs.handlers),
    openFiles(shared),
    openShares(shared),
    openKeys(shared),
    openMe(shared),
    openPeople(shared),
    openSessions(shared),
    openReviews(shared),
    openIncidents(shared),
    openUsage(shared),
    openAudit(shared),
    openPresets(shared),
    openWebhooks(shared),
    openPerformance(shared),
    openPlatform(shared),
    openPages(),
  ] as const;
};

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
  let baseUrl = config.PUBLIC_BASE_URL ?? '';

  return {
    start: async () => {
      const shared = await openShared(context, readModel, () => baseUrl);
      const slices = openSlices(shared);
      const server = await startGatewayServer(context, handlersOf(slices), shared);
      serveWebSockets(server, shared);
      baseUrl = config.PUBLIC_BASE_URL ?? server.url;
      await shared.reads.ready();
      onReady?.({ url: server.url, adminKey: admin.key, adminKeyIsNew: admin.isNew });
      return {
        stop: async () => {
          await stopAll(slices);
          await server.close();
          await shared.stop();
        },
      };
    },
  };
};
