import { createServer, type Server } from 'node:http';
import { unlimitedBytes } from '@ffapi/blob';
import { blobHttpHandler, blobTokenVerifier } from '@ffapi/blob-http';
import { createEgress } from '@ffapi/egress';
import { egressRules, type ServiceContext, type ServiceParts } from '@ffapi/service-kit';
import { drainGraceMsOf, slotsOf, startWorker } from '@ffapi/worker';
import {
  createFileGate,
  type AdmitFile,
  clamdScanner,
  classifyIngestFailure,
  freeBytesOf,
  runIngest,
  scannerHealth,
} from './ingest/index.ts';
import { assetRequests } from './assets/index.ts';
import { startCleanUp, blobHolders } from './retention/index.ts';
import { startProbing, unprobedFiles } from './uploads/index.ts';
import { runPublish } from './publish/index.ts';
import { StorageQuota, storedBytes } from './quota/index.ts';

export const name = 'storage';
export const projections = [blobHolders, storedBytes, unprobedFiles];

const mebibyte = 1024 * 1024;

/** Fetching and publishing wait for others most of the time. */
const slotsPerCore = 4;

/** The blob store for services on other machines, on an internal port. */
const serveBlobs = async (context: ServiceContext): Promise<Server | null> => {
  const { BLOB_PORT, BLOB_HOST } = context.config;
  if (BLOB_PORT === undefined) return null;
  const server = createServer(
    blobHttpHandler({ store: context.blobs, verifyToken: blobTokenVerifier(context.masterKey) }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(BLOB_PORT, BLOB_HOST, resolve);
  });
  return server;
};

const fileGate = ({ config }: ServiceContext): AdmitFile => {
  const { CLAMAV_SOCKET, CLAMAV_TIMEOUT_SECONDS, ENABLE_VIRUS_SCANNING } = config;
  const scanner = clamdScanner({ address: CLAMAV_SOCKET, silenceMs: CLAMAV_TIMEOUT_SECONDS * 1000 });
  return createFileGate(config, ENABLE_VIRUS_SCANNING ? scanner : null);
};

/** Fetches inputs, publishes outputs, keeps files. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const { config, secrets } = context;
  const egress = createEgress(egressRules(config));
  const admit = fileGate(context);
  // Where the bytes are another process's, that one knows what may be deleted.
  const isKeeper = config.BLOB_URL === undefined;
  const settings = await context.openSettings();
  const readModel = await context.openReadModel();
  const quota = await StorageQuota.open(context, readModel);
  return {
    health: async () => ({
      scanner: config.ENABLE_VIRUS_SCANNING ? await scannerHealth(config.CLAMAV_SOCKET) : { status: 'absent' },
    }),
    requests: assetRequests(context, { admit, quota, settings }),
    start: async () => {
      context.metrics.onScrape(async () => {
        const freeBytes = await context.blobs.freeBytes().catch(() => null);
        if (freeBytes !== null && freeBytes !== unlimitedBytes) context.metrics.storageFree.set(freeBytes);
      });
      const cleaning = isKeeper ? startCleanUp(context, readModel) : null;
      const probing = startProbing(context, readModel);
      const server = await serveBlobs(context);
      const worker = await startWorker({
        ...context,
        pool: 'storage',
        slots: slotsOf(config) * slotsPerCore,
        runners: {
          ingest: runIngest({
            egress,
            secrets,
            admit,
            settings,
            metrics: context.metrics,
            freeBytesMin: config.MIN_FREE_SPACE_MB * mebibyte,
            freeBytes: freeBytesOf,
          }),
          publish: runPublish(context, quota, settings),
        },
        capabilities: () => ({}),
        ackWaitMs: config.WORK_ACK_WAIT_SECONDS * 1000,
        classify: classifyIngestFailure,
      });
      return {
        inHand: worker.inHand,
        stop: async () => {
          await worker.drain(drainGraceMsOf(config));
          await probing.stop();
          await cleaning?.stop();
          await quota.stop();
          await readModel.close();
          server?.close();
          server?.closeAllConnections();
        },
      };
    },
  };
};
