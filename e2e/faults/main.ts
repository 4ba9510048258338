import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepTrack, takeChildrenAlong } from './children.ts';
import type { Drill } from './drills/drill.ts';
import { drills, shortDrills } from './drills/registry.ts';
import { runDrills } from './drills/run-drills.ts';
import { root } from './service-process.ts';
import { runTrial, trialOf, type TrialOptions } from './trial.ts';

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '12' },
    minutes: { type: 'string' },
    every: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    replay: { type: 'string' },
    drill: { type: 'string' },
    drills: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    isolated: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    'self-test': { type: 'boolean', default: false },
  },
});

/** From this length on a run is also about memory, which only processes that live through it can tell of. */
const soakMinutes = 10;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const selfTest = async (): Promise<number> => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const argv = [vitest, 'run', '--config', 'e2e/vitest.config.ts', 'e2e/faults/checker'];
  const child = keepTrack(spawn(process.execPath, argv, { cwd: root, stdio: 'inherit' }), 'SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};

/** The same again where there is no network but loopback: nothing can leave. */
const runIsolated = async (): Promise<number> => {
  const again = process.argv.slice(1).filter((arg) => arg !== '--isolated');
  const script = 'ip link set lo up && exec "$@"';
  const argv = ['--net', 'sh', '-c', script, 'sh', process.execPath, ...again];
  const child = keepTrack(spawn('unshare', argv, { stdio: 'inherit' }), 'SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};

const asked = (): TrialOptions => {
  const jsonFile = options.json ?? null;
  if (options.replay !== undefined) return { ...trialOf(options.replay), jsonFile };
  const minutes = options.minutes === undefined ? null : Number(options.minutes);
  return {
    seed: Number(options.seed),
    kills: Number(options.kills),
    minutes,
    everySeconds: options.every === undefined ? null : Number(options.every),
    only: options.only?.split(',') ?? null,
    witnesses: (minutes ?? 0) >= soakMinutes,
    jsonFile,
  };
};

/** The drills that were asked for by name, all of them, or those for every change. */
const chosenDrills = (): readonly Drill[] => {
  if (options.short) return shortDrills;
  if (options.drills) return drills;
  const names = options.drill?.split(',') ?? [];
  return names.map((name) => {
    const found = [...drills, ...shortDrills].find((each) => each.name === name);
    if (!found) throw new Error(`no drill is called ${name}; there are ${drills.map((each) => each.name).join(', ')}`);
    return found;
  });
};

/** The drills, the run of chance, or for every change both. */
const run = async (dir: string): Promise<boolean> => {
  const chosen = chosenDrills();
  if (chosen.length > 0 && !(await runDrills(dir, chosen, Number(options.seed)))) return false;
  return chosen.length > 0 && !options.short ? true : runTrial(dir, asked());
};

const main = async (): Promise<number> => {
  if (options['self-test']) return selfTest();
  if (options.isolated) return runIsolated();
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-faults-'));
  let isKept = options.keep;
  process.on('exit', () => {
    if (isKept) say(`records and logs are kept in ${dir}`);
    else rmSync(dir, { recursive: true, force: true });
  });
  try {
    const isGood = await run(dir);
    isKept ||= !isGood;
    return isGood ? 0 : 1;
  } catch (error) {
    isKept = true;
    throw error;
  }
};

takeChildrenAlong();
process.exit(await main());
