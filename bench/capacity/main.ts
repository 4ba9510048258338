import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../e2e/faults/random.ts';
import { table } from '../kit/table.ts';
import { measure } from './measure.ts';
import { jobsPerDayMax, meanDemandMs, places, scaling, serversAt, type Fleet, type Measured } from './model.ts';
import { simulateDay } from './simulate.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000000' },
    nodes: { type: 'string', default: '2,4,8,16' },
    cores: { type: 'string', default: '16' },
    gateways: { type: 'string', default: '2' },
    storages: { type: 'string', default: '1' },
    peak: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    each: { type: 'string', default: '10' },
    measure: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const measuredFile = join(import.meta.dirname, 'measured.json');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.measure)
  writeFileSync(measuredFile, `${JSON.stringify(await measure(Number(values.each), say), null, 2)}\n`);
const measured = JSON.parse(readFileSync(measuredFile, 'utf8')) as Measured;
const [jobs, peak, cores] = [Number(values.jobs), Number(values.peak), Number(values.cores)];
const fleetOf = (nodes: number): Fleet => ({
  gateway: Number(values.gateways),
  job: 1,
  worker: nodes * cores,
  storage: Number(values.storages),
  webhook: 1,
});
const nodeCounts = values.nodes.split(',').map(Number);
const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const duration = (ms: number): string =>
  ms < 1_000
    ? `${Math.round(ms)} ms`
    : ms < 600_000
      ? `${Math.round(ms / 100) / 10} s`
      : `${Math.round(ms / 60_000)} min`;

say(
  `Measured ${measured.measuredAt} on ${measured.machine}; ${jobs} jobs a day, the busiest moment ${peak} times the mean.\n`,
);

const fullest = fleetOf(nodeCounts.at(-1) ?? 1);
say(
  table([
    ['place', 'ms a job', 'servers', 'full at jobs a day', 'then'],
    ...places.map((place) => [
      place,
      meanDemandMs(place, measured).toFixed(2),
      String(serversAt(place, fullest)),
      Math.round(jobsPerDayMax(place, measured, fullest, peak)).toLocaleString('en'),
      scaling[place],
    ]),
  ]),
);

const days = nodeCounts.map((nodes) => ({
  nodes,
  day: simulateDay(measured, fleetOf(nodes), { jobs, peak, random: seededRandom(Number(values.seed)) }),
}));
say('');
say(
  table([
    ['nodes', 'first to be full', 'busy there', 'waiting at most', 'P95 wait there', 'job P50', 'job P95'],
    ...days.map(({ nodes, day }) => {
      const [worst] = day.places.toSorted((a, b) => b.busy - a.busy);
      return [
        `${nodes} x ${cores}`,
        worst?.place ?? '',
        percent(worst?.busy ?? 0),
        String(worst?.waitingMax ?? 0),
        duration(worst?.waitP95Ms ?? 0),
        duration(day.totalP50Ms),
        duration(day.totalP95Ms),
      ];
    }),
  ]),
);

const mean = (ref: (job: Measured['jobs'][string]) => number): number =>
  Object.values(measured.jobs).reduce((sum, job) => sum + job.share * ref(job), 0);
const gigabytes = (bytes: number): string => `${Math.round((bytes * jobs) / 1e8) / 10} GB`;
const [events, outputs] = [mean(({ eventBytes }) => eventBytes), mean(({ outputBytes }) => outputBytes)].map(gigabytes);
say(`\nA day adds ${events} of events, which are kept, and ${outputs} of outputs, which are kept for RETENTION_DAYS.`);
if (values.json) writeFileSync(values.json, JSON.stringify({ measured, days }, null, 2));
