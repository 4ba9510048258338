import { listen } from '@ffapi/bus';
import { createLinks, type Links, type LinkSigner } from '@ffapi/job-view';
import type { ReadModel } from '@ffapi/read-model';
import { signPath } from '@ffapi/secrets';
import {
  createParts,
  derivedKey,
  HealthBoard,
  healthSubject,
  type HealthReport,
  type ServiceContext,
} from '@ffapi/service-kit';
import { adminKeyId, createAccess, createRateLimit, followKeys, StandingCalls } from '../access/index.ts';
import { startAudit } from '../audit/index.ts';
import { Admission, createJobPresenter, LiveFeed, submittedBefore } from '../jobs/index.ts';
import { startReadSide } from '../reads/index.ts';
import { Counters, createIdempotency } from '../requests/index.ts';
import { Attempts, openLoginParts, recordAuthEvents } from '../sessions/index.ts';
import { ShareDownloads } from '../shares/index.ts';

/** What the capabilities of this process share; each is opened with all of it, and names what it takes. */
export type Shared = Awaited<ReturnType<typeof openShared>>;

export const openShared = async (context: ServiceContext, readModel: ReadModel, baseUrl: () => string) => {
  const { config } = context;
  const { keep, stop } = createParts();
  keep({ stop: () => readModel.close() });

  const signingKey = derivedKey(context.masterKey, 'download-links');
  const signer: LinkSigner = {
    sign: (fileId, path, expiresAtSeconds) => signPath(signingKey, fileId, path, expiresAtSeconds),
    expiresAtSeconds: () => Math.floor(Date.now() / 1000) + config.DOWNLOAD_URL_EXPIRY,
  };
  const links = (): Links => createLinks(baseUrl(), signer, config.CDN_BASE_URL);

  const feed = keep(new LiveFeed(context));
  await feed.start();
  context.metrics.onScrape(() => context.metrics.eventStreamsOpen.set(feed.watching));
  const board = new HealthBoard();
  const reports = listen<HealthReport>(context.connection, healthSubject, (report) => board.record(report, Date.now()));
  keep({ stop: () => reports.unsubscribe() });

  const reads = startReadSide(context, readModel, feed);
  const audit = await startAudit(context, readModel, reads);
  // The end of the log is sealed when nothing more is written to it.
  keep(audit);
  keep(reads);
  const idempotency = await createIdempotency(context);
  const facts = keep(recordAuthEvents(context));
  const keys = keep(await followKeys(context));
  const counters = await Counters.open(context);
  const settings = await context.openSettings();
  const limits = createRateLimit({ counters, context, settings, firstAdminId: adminKeyId });
  const loginParts = await openLoginParts(context, { counters, facts });
  keep(loginParts.users);
  const access = createAccess(context, { keys, people: loginParts.people, limits, settings, facts });
  const history = async (keyId: string, now: string) => {
    await reads.caughtUp();
    return submittedBefore(reads.hours, keyId, now);
  };
  const admission = await Admission.open({ context, ring: keys.ring, history });
  const standing = keep(new StandingCalls(access, context.log));

  return {
    ...loginParts,
    access,
    admission,
    audit,
    baseUrl,
    feed,
    idempotency,
    keys,
    limits,
    links,
    reads,
    reported: () => board.components(Date.now()),
    settings,
    shareAttempts: new Attempts(counters, 'share'),
    shareDownloads: keep(new ShareDownloads(context)),
    show: createJobPresenter(context, feed, links),
    signingKey,
    standing,
    stop,
  };
};
