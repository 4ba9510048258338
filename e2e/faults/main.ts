import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { check, linesOf, table, type Entry, type StoredMessage } from './checker.ts';
import { Client, type Job } from './client.ts';
import { cutClip } from './clip.ts';
import { dumpEvents } from './event-log.ts';
import { Fleet } from './fleet.ts';
import { startOrigin, startReceiver } from './neighbours.ts';
import { rounds, seededRandom } from './random.ts';
import { openRecorder } from './recorder.ts';
import { root } from './service-process.ts';
import { hasEnded, runVisitor } from './workload.ts';

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '12' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    'self-test': { type: 'boolean', default: false },
  },
});

const counts = { storage: 1, job: 2, transcode: 2, thumbnail: 1, webhook: 1, gateway: 1 };
const visitors = 4;
const killPauseMs = { min: 1_500, max: 4_500 };
const quietMs = 60_000;
/** Longer than a message and a lease wait for a sign of life: the frozen process comes back as one that was given up. */
const freezeMs = 8_000;
const freezeShare = 0.4;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const selfTest = async (): Promise<number> => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const argv = [vitest, 'run', '--config', 'e2e/vitest.config.ts', 'e2e/faults/checker.test.ts'];
  const [code] = (await once(spawn(process.execPath, argv, { cwd: root, stdio: 'inherit' }), 'exit')) as [
    number | null,
  ];
  return code ?? 1;
};

/** Kills one process after another, at moments of chance, until there were enough; some are frozen instead. */
const strike = async (fleet: Fleet, seed: number): Promise<void> => {
  const random = seededRandom(seed);
  const chosen = options.only?.split(',');
  const targets = rounds(
    random,
    fleet.names.filter((name) => chosen?.includes(name) ?? true),
  );
  const startMs = performance.now();
  const isOver = (kills: number): boolean =>
    options.minutes === undefined
      ? kills >= Number(options.kills)
      : performance.now() - startMs > Number(options.minutes) * 60_000;
  for (let kills = 0; !isOver(kills);) {
    await delay(killPauseMs.min + random() * (killPauseMs.max - killPauseMs.min));
    const target = targets.next().value;
    const isFrozen = random() < freezeShare && /^(job|transcode)/.test(target);
    say(
      `${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s  ${isFrozen ? 'freeze' : 'kill'} ${target}`,
    );
    if (isFrozen) {
      fleet.freeze(target, freezeMs);
      continue;
    }
    await fleet.kill(target);
    kills++;
  }
};

/** Waits until every job has ended and every ending was told, and gives the jobs. */
const quiet = async (client: Client, told: ReadonlySet<string>): Promise<Job[]> => {
  const deadlineMs = performance.now() + quietMs;
  for (;;) {
    const jobs = await client.jobs();
    const isQuiet = jobs?.every((job) => hasEnded(job) && (job.webhook_url === null || told.has(job.job_id)));
    if (jobs && (isQuiet || performance.now() > deadlineMs)) return jobs;
    if (performance.now() > deadlineMs + quietMs) throw new Error('the list of jobs cannot be read');
    await delay(500);
  }
};

const drill = async (dir: string, seed: number): Promise<number> => {
  const startMs = performance.now();
  const recorder = openRecorder(join(dir, 'record.jsonl'));
  const told = new Set<string>();
  const clip = join(dir, 'clip.mp4');
  await cutClip(clip, 1);
  const origin = await startOrigin(clip);
  const receiver = await startReceiver((call) => {
    recorder.note({ kind: 'webhook', ...call });
    told.add(call.jobId);
  });
  const fleet = await Fleet.start({ dir, note: recorder.note, counts });
  say(
    `${fleet.names.length} processes are up after ${((performance.now() - startMs) / 1000).toFixed(1)} s, seed ${seed}`,
  );
  try {
    const client = new Client(fleet.url, fleet.apiKey, recorder.note);
    const enough = new AbortController();
    const visiting = Array.from({ length: visitors }, (_, i) =>
      runVisitor({
        client,
        random: seededRandom(seed * 1_000 + i),
        name: `visitor-${i}`,
        clip,
        originUrl: origin.url,
        receiverUrl: receiver.url,
        signal: enough.signal,
      }),
    );
    await strike(fleet, seed);
    enough.abort();
    await Promise.all(visiting);
    const jobs = await quiet(client, told);
    for (const output of jobs.flatMap(({ outputs }) => outputs)) await client.download(output);
    const codes = await fleet.stop();
    for (const [name, code] of Object.entries(codes)) if (code !== 0) say(`${name} ended with ${code}`);
    await dumpEvents(fleet.nats.url, join(dir, 'events.jsonl'));
  } finally {
    await fleet.stop();
    await fleet.nats.end('SIGTERM');
    recorder.close();
    origin.close();
    receiver.close();
  }
  const verdict = check(linesOf<Entry>(join(dir, 'record.jsonl')), linesOf<StoredMessage>(join(dir, 'events.jsonl')));
  const seconds = Math.round((performance.now() - startMs) / 100) / 10;
  const json = JSON.stringify({ seed, seconds, ...verdict });
  say(`\n${table(verdict)}\nseconds                ${seconds}\n${json}`);
  if (options.json) writeFileSync(options.json, json);
  return verdict.violations.length === 0 ? 0 : 1;
};

const main = async (): Promise<number> => {
  if (options['self-test']) return selfTest();
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-faults-'));
  let code = 1;
  try {
    code = await drill(dir, Number(options.seed));
  } finally {
    if (code === 0 && !options.keep) rmSync(dir, { recursive: true, force: true });
    else say(`records and logs are kept in ${dir}`);
  }
  return code;
};

process.exit(await main());
