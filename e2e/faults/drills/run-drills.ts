import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../random.ts';
import { CannotBeStaged, secondsSince, type Drill } from './drill.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs one drill after another; `true` when every promise was kept. */
export const runDrills = async (dir: string, drills: readonly Drill[], seed: number): Promise<boolean> => {
  let isGood = true;
  for (const [i, { name, promise, run }] of drills.entries()) {
    const own = join(dir, `drill-${i}`);
    mkdirSync(own);
    say(`${name}  ${promise}; npm run faults -- --drill ${name} --seed ${seed}`);
    const startMs = performance.now();
    try {
      const figures = await run({ dir: own, random: seededRandom(seed), say });
      say(`  kept in ${secondsSince(startMs)} s  ${JSON.stringify(figures)}`);
    } catch (error) {
      if (error instanceof CannotBeStaged) {
        say(`LANE SKIPPED ${name}: ${error.message}`);
        continue;
      }
      isGood = false;
      say(`  BROKEN after ${secondsSince(startMs)} s\n${(error as Error).stack}`);
    }
  }
  return isGood;
};
