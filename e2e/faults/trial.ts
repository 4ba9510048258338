import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { table } from './checker.ts';
import type { Client } from './client.ts';
import type { Fleet } from './fleet.ts';
import { watchMemory } from './memory.ts';
import { seededRandom } from './random.ts';
import { onStage, type Stage } from './stage.ts';
import { describeStrike, strikes, type Strike } from './strikes.ts';
import { runVisitor } from './workload.ts';

export interface TrialOptions {
  readonly seed: number;
  /** Enough of them end the run … */
  readonly kills: number;
  /** … or a time does. */
  readonly minutes: number | null;
  /** A fixed pace of strikes; `null`: of chance. */
  readonly everySeconds: number | null;
  /** The only processes that are struck; `null`: all. */
  readonly only: readonly string[] | null;
  /** Every service once more, in a process that is never ended: its memory is watched. */
  readonly witnesses: boolean;
  readonly jsonFile: string | null;
}

const visitors = 6;
const clipSeconds = 2;
const lone = { storage: 1, job: 2, transcode: 2, thumbnail: 1, webhook: 1, gateway: 1 };
const twins = { storage: 2, job: 2, transcode: 2, thumbnail: 2, webhook: 2, gateway: 2 };

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** By what name `--replay` runs this trial again. */
export const nameOf = ({ seed, kills, minutes, everySeconds, only, witnesses }: TrialOptions): string =>
  [
    `seed=${seed}`,
    minutes === null ? `kills=${kills}` : `minutes=${minutes}`,
    ...(everySeconds === null ? [] : [`every=${everySeconds}`]),
    ...(only === null ? [] : [`only=${only.join('+')}`]),
    ...(witnesses ? ['witnesses'] : []),
  ].join(',');

/** The trial of a name. */
export const trialOf = (name: string): Omit<TrialOptions, 'jsonFile'> => {
  const parts = new Map(name.split(',').map((part) => part.split('=') as [string, string | undefined]));
  const number = (key: string): number | null => (parts.has(key) ? Number(parts.get(key)) : null);
  return {
    seed: number('seed') ?? 1,
    kills: number('kills') ?? 12,
    minutes: number('minutes'),
    everySeconds: number('every'),
    only: parts.get('only')?.split('+') ?? null,
    witnesses: parts.has('witnesses'),
  };
};

/** While the broker is away, new work is refused for a while and never half taken. */
const askInVain = async (client: Client): Promise<void> => {
  await client.call('POST', '/v1/probe', { body: { url: 'http://127.0.0.1:9/absent.mp4' }, promises: 'JobAccepted' });
};

const execute = async (fleet: Fleet, strike: Strike, client: Client): Promise<void> => {
  switch (strike.kind) {
    case 'kill':
      return fleet.kill(strike.target);
    case 'roll':
      return fleet.roll(strike.target);
    case 'fail-point':
      return fleet.arm(strike.target, strike.point, strike.count);
    case 'outage':
      return fleet.outage(strike.ms, () => askInVain(client));
    case 'freeze':
      void fleet.freeze(strike.target, strike.ms);
  }
};

/** Strikes one process after another, in an order of chance, until it was enough. */
const strikeOn = async (fleet: Fleet, options: TrialOptions, client: Client): Promise<void> => {
  const { seed, kills, minutes, everySeconds, only, witnesses } = options;
  const schedule = strikes({
    random: seededRandom(seed),
    targets: fleet.names.filter((name) => only?.includes(name) ?? true),
    spared: witnesses ? fleet.names.filter((name) => name.endsWith('-2')) : [],
    everyMs: everySeconds === null ? null : everySeconds * 1000,
  });
  const startMs = performance.now();
  const isOver = (ended: number): boolean =>
    minutes === null ? ended >= kills : performance.now() - startMs > minutes * 60_000;
  const frozenUntilMs = new Map<string, number>();
  for (let ended = 0; !isOver(ended);) {
    const strike = schedule.next().value;
    await delay(strike.waitMs);
    // A process that stands still cannot stop, and what it would be ended for has not begun.
    if ((frozenUntilMs.get(strike.target) ?? 0) > performance.now()) continue;
    if (strike.kind === 'freeze') frozenUntilMs.set(strike.target, performance.now() + strike.ms);
    else ended++;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1).padStart(6);
    say(`${seconds} s  ${describeStrike(strike)}`);
    await execute(fleet, strike, client);
  }
  const [lastThawMs = 0] = [...frozenUntilMs.values()].toSorted((a, b) => b - a);
  await delay(Math.max(0, lastThawMs - performance.now()));
};

/** Visitors come and go while processes are struck. */
const act = async (stage: Stage, options: TrialOptions): Promise<void> => {
  const { fleet, clients, client, clip, origin, receiver, note } = stage;
  say(`${fleet.names.length} processes are up; npm run faults -- --replay ${nameOf(options)}`);
  const unwatch = watchMemory(fleet, note);
  const enough = new AbortController();
  try {
    const visiting = Array.from({ length: visitors }, (_, i) =>
      runVisitor({
        client: clients[i % clients.length] as Client,
        random: seededRandom(options.seed * 1_000 + i),
        name: `visitor-${i}`,
        clip,
        originUrl: origin.url,
        receiverUrl: receiver.url,
        signal: enough.signal,
      }),
    );
    await strikeOn(fleet, options, client);
    enough.abort();
    await Promise.all(visiting);
  } finally {
    enough.abort();
    unwatch();
  }
};

/** One run under faults, recorded and judged; `true` when nothing was violated. */
export const runTrial = async (dir: string, options: TrialOptions): Promise<boolean> => {
  const startMs = performance.now();
  const counts = options.witnesses ? twins : lone;
  const verdict = await onStage({ dir, counts, clipSeconds }, (stage) => act(stage, options));
  const seconds = Math.round((performance.now() - startMs) / 100) / 10;
  const json = JSON.stringify({ trial: nameOf(options), seconds, ...verdict });
  say(`\n${table(verdict)}\nseconds                ${seconds}\n${json}`);
  if (options.jsonFile) writeFileSync(options.jsonFile, json);
  return verdict.violations.length === 0;
};
