import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { availableParallelism, cpus, release } from 'node:os';
import { acceptBenchmark } from './b1-accept.ts';
import { startBenchmark } from './b2-start.ts';
import { rateBenchmark } from './b3-rate.ts';
import { jobBenchmark } from './b4-job.ts';
import { eventStoreBenchmark } from './b5-event-store.ts';
import { readModelBenchmark } from './b6-read-model.ts';
import { webhookBenchmark } from './b13-webhooks.ts';
import { recoveryBenchmark } from './b14-recovery.ts';
import { toolStartsBenchmark } from './b15-tool-starts.ts';
import { progressBenchmark } from './b7-progress.ts';
import { ladderBenchmark } from './b8-ladder.ts';
import { stillsBenchmark } from './b10-stills.ts';
import { growthBenchmark } from './growth.ts';
import { routesBenchmark } from './routes.ts';
import { wrongKeysBenchmark } from './wrong-keys.ts';
import type { Benchmark, Report } from './benchmark.ts';
import { gates } from './gates.ts';
import { gateChart } from './kit/chart.ts';
import { gateText, isFailure, judge, type Allowance, type Verdict } from './kit/judge.ts';
import { figure, reportTable, table } from './kit/table.ts';

const benchmarks: readonly Benchmark[] = [
  acceptBenchmark,
  startBenchmark,
  rateBenchmark,
  jobBenchmark,
  eventStoreBenchmark,
  readModelBenchmark,
  progressBenchmark,
  ladderBenchmark,
  stillsBenchmark,
  webhookBenchmark,
  recoveryBenchmark,
  toolStartsBenchmark,
  routesBenchmark,
  growthBenchmark,
  wrongKeysBenchmark,
];
const resultsDir = join(import.meta.dirname, 'results');

const usage = `bench [${benchmarks.map(({ id }) => id).join('|')} …] [--rounds N] [--quick] [--to N] [--json FILE]`;

const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      to: { type: 'string', default: '1e5' },
      json: { type: 'string' },
    },
  });
  const unknown = positionals.filter((id) => !benchmarks.some((benchmark) => benchmark.id === id.toUpperCase()));
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  const to = Number(values.to);
  const isWrong = [rounds, to].some((each) => !Number.isInteger(each) || each < 1);
  if (unknown.length > 0 || isWrong) throw new Error(`usage: ${usage}`);
  const ids = positionals.map((id) => id.toUpperCase());
  const chosen = benchmarks.filter(({ id, isOnRequest }) => (ids.length === 0 ? !isOnRequest : ids.includes(id)));
  return { chosen, rounds, to, isQuick: values.quick, jsonFile: values.json };
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const show = ({ id, title }: Benchmark, report: Report): void => {
  say(`\n${id}  ${title}\n${reportTable(report)}\n`);
  say(table(Object.entries(report.measures).map(([name, spread]) => [name, figure(spread)])));
  for (const note of report.notes) say(note);
};

const main = async (): Promise<number> => {
  const { chosen, rounds, to, isQuick, jsonFile } = readArguments();
  const startedAt = new Date().toISOString();
  const allowances = JSON.parse(readFileSync(join(import.meta.dirname, 'allow-list.json'), 'utf8')) as Allowance[];
  const reports: Record<string, Report> = {};
  const verdicts: Verdict[] = [];
  for (const benchmark of chosen) {
    const report = await benchmark.run({
      rounds,
      isQuick,
      to,
      say: (line) => process.stderr.write(`${benchmark.id}  ${line}\n`),
    });
    reports[benchmark.id] = report;
    show(benchmark, report);
    const own = gates.filter((gate) => gate.benchmark === benchmark.id);
    verdicts.push(...own.map((gate) => judge(gate, report, allowances, startedAt.slice(0, 10))));
  }
  say('');
  say(
    table(
      verdicts.map(({ gate, spread, state }) => [
        gate.benchmark,
        gate.measure,
        gateText(gate),
        spread ? figure(spread) : '',
        state,
      ]),
    ),
  );
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), kernel: release(), node: process.version };
  const result = JSON.stringify({ startedAt, machine, rounds, isQuick, reports, verdicts }, null, 2);
  mkdirSync(resultsDir, { recursive: true });
  const name = join(resultsDir, startedAt.replaceAll(/[:.]/g, '-'));
  writeFileSync(`${name}.json`, result);
  writeFileSync(`${name}.svg`, gateChart(verdicts));
  if (jsonFile !== undefined) writeFileSync(jsonFile, result);
  say(`\nwritten: ${name}.json, .svg`);
  return verdicts.some(isFailure) ? 1 : 0;
};

process.exitCode = await main();
