import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startNatsServer } from '@ffapi/bus';
import { ConfigInvalid, loadConfig, type Config } from '@ffapi/config';
import type { DomainEvent, Projection } from '@ffapi/es';
import { verifyAnchors, verifyChain } from '@ffapi/es-jetstream';
import { rebuild, verify } from '@ffapi/read-model';
import { openRuntime, type Runtime } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { createExec } from '@ffapi/worker';

const usage = `usage: ffapi COMMAND [--json]

  verify                        check every event against the hash chain and the anchors
  projections rebuild           fill every read model anew from the events and swap it in
  projections rebuild --verify  compare every read model with a fresh one, change nothing
  doctor                        what this machine can do and what is missing
`;

interface Report {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly data: unknown;
}

const projecting: Readonly<Record<string, () => Promise<{ projections: readonly unknown[] }>>> = {
  gateway: () => import('@ffapi/gateway'),
  job: () => import('@ffapi/job'),
  storage: () => import('@ffapi/storage'),
  webhook: () => import('@ffapi/webhook'),
};

interface RunningNote {
  readonly pid: number;
  readonly natsUrl: string;
}

const runningPlatform = (config: Config): RunningNote | null => {
  const file = join(resolve(config.FFAPI_DATA_DIR), 'running.json');
  if (!existsSync(file)) return null;
  const note = JSON.parse(readFileSync(file, 'utf8')) as RunningNote;
  try {
    process.kill(note.pid, 0);
    return note;
  } catch {
    return null;
  }
};

/** Gives the work a way to the event store: of the platform that runs, or on a NATS of its own. */
const withStore = async <T>(config: Config, work: (open: Runtime['context']) => Promise<T>): Promise<T> => {
  const note = runningPlatform(config);
  const isOwn = config.NATS_URL === undefined && note === null;
  const nats = isOwn ? await startNatsServer({ dir: resolve(config.FFAPI_DATA_DIR, 'nats') }) : null;
  const natsUrl = config.NATS_URL ?? note?.natsUrl ?? nats?.url ?? '';
  // A store that is only read need not be one that syncs.
  const quiet = { ...config, LOG_LEVEL: 'error', EVENT_STORE_DURABILITY: 'trusted' } as const;
  const runtime = await openRuntime({ config: quiet, natsUrl, metrics: createMetrics() });
  try {
    return await work(runtime.context);
  } finally {
    await runtime.close();
    await nats?.stop();
  }
};

const verifyStore = (config: Config): Promise<Report> =>
  withStore(config, async (open) => {
    const { store, dataDir } = open('verify');
    const chain = await verifyChain(store);
    const anchor = await verifyAnchors({ store, file: join(dataDir, 'anchors.jsonl') }).catch((error: Error) => error);
    const broken = chain.broken === null ? 'unbroken' : `broken at ${JSON.stringify(chain.broken)}`;
    const anchored =
      anchor instanceof Error
        ? anchor.message
        : anchor === null
          ? 'no anchors yet'
          : `anchored up to position ${anchor.position}`;
    return {
      ok: chain.broken === null && !(anchor instanceof Error),
      lines: [`${chain.commits} commits in ${chain.streams} streams: ${broken}; ${anchored}`],
      data: { ...chain, anchor: anchored },
    };
  });

const rebuildProjections = (config: Config, onlyVerify: boolean): Promise<Report> => {
  if (!onlyVerify && runningPlatform(config))
    return Promise.resolve({ ok: false, lines: ['The platform runs: stop it first, or use --verify.'], data: null });
  return withStore(config, async (open) => {
    const rows: { name: string; events?: number; differences?: number; seconds: number }[] = [];
    for (const [service, load] of Object.entries(projecting)) {
      const { store, openReadModel } = open(service);
      const readModel = await openReadModel();
      for (const projection of (await load()).projections as Projection<DomainEvent>[]) {
        const startMs = performance.now();
        const outcome = onlyVerify
          ? { differences: (await verify({ store, readModel, projection })).length }
          : { events: (await rebuild({ store, readModel, projection })).events };
        rows.push({ name: `${service}/${projection.name}`, ...outcome, seconds: (performance.now() - startMs) / 1000 });
      }
      await readModel.close();
    }
    const lines = rows.map(
      ({ name, events, differences, seconds }) =>
        `${name.padEnd(22)} ${events === undefined ? `${differences} differences` : `${events} events, ${Math.round(events / seconds)} a second`}`,
    );
    return { ok: rows.every(({ differences }) => (differences ?? 0) === 0), lines, data: rows };
  });
};

const doctor = async (config: Config): Promise<Report> => {
  const exec = createExec(config);
  const checks: { what: string; ok: boolean; detail: string }[] = [];
  const check = async (what: string, look: () => Promise<{ ok: boolean; detail: string }>): Promise<void> => {
    checks.push({ what, ...(await look().catch((error: Error) => ({ ok: false, detail: error.message }))) });
  };
  await check('node', async () => ({
    ok: Number(process.versions.node.split('.')[0]) >= 24,
    detail: process.versions.node,
  }));
  await check('sandbox', () => exec.selfTest());
  await check('ffmpeg', async () => {
    const { ffmpegVersion, encoders, warnings } = await exec.capabilities();
    return {
      ok: encoders.length > 0,
      detail: [ffmpegVersion, `encodes with ${encoders.join(', ')}`, ...warnings].join('; '),
    };
  });
  await check('gpu', async () => {
    const { hardwareEncoders } = await exec.capabilities();
    return { ok: true, detail: hardwareEncoders.join(', ') || 'none found: everything is encoded by the CPU' };
  });
  await check('event store', async () =>
    withStore(config, async (open) => ({
      ok: true,
      detail: `last position ${await (await open('doctor')).store.lastPosition()}`,
    })),
  );
  return {
    ok: checks.every(({ ok }) => ok),
    lines: checks.map(({ what, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${what.padEnd(12)} ${detail}`),
    data: checks,
  };
};

const run = (args: readonly string[], config: Config): Promise<Report> | null => {
  const words = args.filter((arg) => !arg.startsWith('--')).join(' ');
  if (words === 'verify') return verifyStore(config);
  if (words === 'projections rebuild') return rebuildProjections(config, args.includes('--verify'));
  if (words === 'doctor') return doctor(config);
  return null;
};

const main = async (): Promise<number> => {
  const args = process.argv.slice(2);
  try {
    const report = await run(args, loadConfig(process.env));
    if (!report) {
      process.stderr.write(usage);
      return 2;
    }
    process.stdout.write(
      args.includes('--json')
        ? `${JSON.stringify({ ok: report.ok, data: report.data })}\n`
        : `${report.lines.join('\n')}\n`,
    );
    return report.ok ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigInvalid ? error.message : `ffapi: ${(error as Error).message}`}\n`);
    return 1;
  }
};

process.exit(await main());
