import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Config } from '@ffapi/config';
import { verifyAnchors, verifyChain } from '@ffapi/es-jetstream';
import { rebuild, verify } from '@ffapi/read-model';
import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import { createExec, createGpuExec } from '@ffapi/worker';
import { scannerHealth, type StorageCheck } from '@ffapi/storage';
import { backUp } from './backup/backup.ts';
import type { BackupManifest } from './backup/backup-folder.ts';
import { restore, restoreKeys, wholeBackup } from './backup/restore.ts';
import { linesOf, type DoctorCheck } from './doctor-checks.ts';
import { projectionsOf, serviceNames } from './platform.ts';
import { runningPlatform, withStore } from './store-access.ts';

/** What a command found: for people, and for programs. */
export interface Report {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly data: unknown;
}

const verifyStore = (config: Config): Promise<Report> =>
  withStore(config, async (open) => {
    const { rawStore: store, dataDir } = open('verify');
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

const verifyAudit = (config: Config): Promise<Report> =>
  withStore(config, async (open) => {
    const { verifyStoredAuditLog } = await import('@ffapi/gateway');
    const verdict = await verifyStoredAuditLog(open('gateway'));
    const { valid, rows, first_broken: broken, head, anchors } = verdict;
    const found = broken === null ? 'unbroken' : `broken at ${broken.id ?? 'no single row'}: ${broken.reason}`;
    const sealed = head === null ? 'not sealed' : `sealed at ${head.rows} rows on ${head.sealed_at}`;
    return { ok: valid, lines: [`${rows} rows: ${found}; ${sealed}, ${anchors} daily anchors`], data: verdict };
  });

const rebuildProjections = (config: Config, onlyVerify: boolean): Promise<Report> => {
  if (!onlyVerify && runningPlatform(config))
    return Promise.resolve({ ok: false, lines: ['The platform runs: stop it first, or use --verify.'], data: null });
  return withStore(config, async (open) => {
    const rows: { name: string; events?: number; differences?: number; seconds: number }[] = [];
    for (const service of serviceNames) {
      const projections = await projectionsOf(service);
      if (projections.length === 0) continue;
      const { store, openReadModel } = open(service);
      const readModel = await openReadModel();
      for (const projection of projections) {
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
  const checks: DoctorCheck[] = [];
  const check = async (what: string, look: () => Promise<Omit<DoctorCheck, 'what'>>): Promise<void> => {
    checks.push({ what, ...(await look().catch((error: Error) => ({ ok: false, detail: error.message }))) });
  };
  await check('node', async () => ({
    ok: Number(process.versions.node.split('.')[0]) >= 24,
    detail: process.versions.node,
  }));
  await check('sandbox', () => createExec(config).selfTest());
  await check('ffmpeg', async () => {
    const { ffmpegVersion, encoders, warnings } = await createExec(config).capabilities();
    return {
      ok: encoders.length > 0,
      detail: `${ffmpegVersion}; encodes with ${encoders.join(', ')}`,
      warnings,
    };
  });
  await check('gpu', async () => {
    if (!config.ENABLE_GPU) return { ok: true, detail: 'not used here: ENABLE_GPU is not set' };
    const found = await createGpuExec(config).gpuFindings();
    const { encoders = [], decoders = [], complaints = {} } = found ?? {};
    const detail = [...encoders, ...decoders.map((codec) => `decodes ${codec}`)].join(', ');
    return { ok: encoders.length > 0, detail: detail || Object.values(complaints).join('; ') };
  });
  await check('scanner', async () => {
    if (!config.ENABLE_VIRUS_SCANNING) return { ok: true, detail: 'not used here: ENABLE_VIRUS_SCANNING is not set' };
    const { status, detail } = await scannerHealth(config.CLAMAV_SOCKET);
    return { ok: status === 'up', detail: String(detail?.reason ?? `answers at ${config.CLAMAV_SOCKET}`) };
  });
  await check('event store', async () =>
    withStore(config, async (open) => ({
      ok: true,
      detail: `last position ${await (await open('doctor')).store.lastPosition()}`,
    })),
  );
  return {
    ok: checks.every(({ ok }) => ok),
    lines: checks.flatMap(linesOf),
    data: checks,
  };
};

const said = (text: string): void => void process.stderr.write(`${text}\n`);

const reportOf = (done: string, manifest: BackupManifest): Report => {
  const { commits, position, blobs, blobBytes, secrets, createdAt } = manifest;
  const sizeMb = (blobBytes / 1e6).toFixed(1);
  return {
    ok: true,
    lines: [
      `${done}: ${commits} commits up to position ${position}, ${blobs} files (${sizeMb} MB), ${secrets} secrets, of ${createdAt}`,
    ],
    data: manifest,
  };
};

const makeBackup = (config: Config, dir: string): Promise<Report> =>
  withStore(config, async (open) => {
    const manifest = await backUp(open('backup'), { dir: resolve(dir), onProgress: said });
    const report = reportOf(`backed up into ${dir}`, manifest);
    return {
      ...report,
      lines: [
        ...report.lines,
        'It holds the keys of the secrets and of the admin: keep it where only you can read it.',
      ],
    };
  });

const restoreBackup = async (config: Config, dir: string): Promise<Report> => {
  if (runningPlatform(config)) return { ok: false, lines: ['The platform runs: stop it first.'], data: null };
  const from = resolve(dir);
  wholeBackup(from);
  restoreKeys(from, resolve(config.FFAPI_DATA_DIR));
  const manifest = await withStore(config, (open) => restore(open('restore'), { dir: from, onProgress: said }), {
    inBulk: true,
  });
  const report = reportOf(`restored from ${dir}`, manifest);
  return { ...report, lines: [...report.lines, 'Lists are filled from the events at the next start.'] };
};

const resetSettings = (config: Config): Promise<Report> =>
  withStore(config, async (open) => {
    const names = await (await import('@ffapi/gateway')).resetSettings(open('settings'));
    const lines = [names.length === 0 ? 'Nothing was set at runtime.' : `As configured again: ${names.join(', ')}`];
    return { ok: true, lines, data: { reset: names } };
  });

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const linesOfStorage = (check: StorageCheck, isRepair: boolean): string[] => {
  const { blobs, bytes, unnamedCount, unnamedBytes, missingCount, missing, removed, deleted, refused } = check;
  return [
    `${blobs} stored (${megabytes(bytes)}): ${unnamedCount} that nothing names (${megabytes(unnamedBytes)}), ${missingCount} missing`,
    ...missing.map(({ sha256, holders }) => `missing ${sha256}, named by ${holders.join(', ')}`),
    ...(isRepair && refused === null
      ? [`${removed} deleted that nothing named; ${deleted} files deleted whose bytes are lost`]
      : []),
    ...(refused === null ? [] : [`Nothing was repaired. ${refused}`]),
  ];
};

const checkStorage = (config: Config, isRepair: boolean): Promise<Report> =>
  withStore(config, async (open) => {
    const { checkStored } = await import('@ffapi/storage');
    const dir = await mkdtemp(join(tmpdir(), 'ffapi-check-'));
    const scratch = createSqliteReadModel({ file: join(dir, 'scratch.sqlite') });
    try {
      const check = await checkStored(open('storage'), scratch, { isRepair });
      const isClean = check.missingCount === 0 && check.unnamedCount === 0;
      return {
        ok: isClean || (isRepair && check.refused === null),
        lines: linesOfStorage(check, isRepair),
        data: check,
      };
    } finally {
      await scratch.close();
      await rm(dir, { recursive: true, force: true });
    }
  });

/** Carries out a command of the operator; `null` when there is none of this name. */
export const runCommand = (args: readonly string[], config: Config): Promise<Report> | null => {
  const given = args.filter((arg) => !arg.startsWith('--'));
  const words = given.join(' ');
  const [command, folder, ...rest] = given;
  if (folder !== undefined && rest.length === 0) {
    if (command === 'backup') return makeBackup(config, folder);
    if (command === 'restore') return restoreBackup(config, folder);
  }
  if (words === 'audit verify') return verifyAudit(config);
  if (words === 'verify') return verifyStore(config);
  if (words === 'projections rebuild') return rebuildProjections(config, args.includes('--verify'));
  if (words === 'settings reset') return resetSettings(config);
  if (words === 'storage check') return checkStorage(config, args.includes('--repair'));
  if (words === 'doctor') return doctor(config);
  return null;
};
