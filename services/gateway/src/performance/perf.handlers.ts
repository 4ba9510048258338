import { stringify } from 'csv-stringify/sync';
import { defaultScenarios, perfRunBody, type PerfFigures, type PerfResult, type perfRoutes } from '@ffapi/contracts';
import type { Collection, Condition, FindQuery } from '@ffapi/read-model';
import { ratiosOf } from './perf-verdict.ts';
import { checkScenario } from './perf-jobs.runner.ts';
import { PerfRunner, type PerfRunPorts } from './perf-run.runner.ts';
import type { PerfDocument } from './perf-results.projection.ts';
import {
  pageBody,
  RequestRefused,
  type AnswerFor,
  type CallOf,
  type HandlersOf,
  type Slice,
  utc,
} from '../requests/index.ts';
import type { StandingCalls } from '../access/index.ts';

const pageDefault = 50;

const shownFigures = (figures: PerfFigures): PerfResult['rounds'][number] => ({
  job_id: figures.jobId,
  device: figures.device,
  frames: figures.frames,
  fps: figures.fps,
  speed: figures.speed,
  duration_ms: figures.durationMs,
  encode_ms: figures.encodeMs,
  queue_ms: figures.queueMs,
  overhead_ms: figures.overheadMs,
});

const noFigures = {
  job_id: null,
  device: null,
  frames: null,
  fps: null,
  speed: null,
  duration_ms: null,
  encode_ms: null,
  queue_ms: null,
  overhead_ms: null,
};

const resultOf = (document: PerfDocument): PerfResult => {
  const { figures, baseline, versions } = document;
  const ratios = ratiosOf(figures, baseline);
  return {
    run_id: document.runId,
    at: document.at,
    scenario: document.scenario,
    input: document.input,
    operation: document.operation,
    params: document.params,
    expected_fps: document.expectedFps,
    max_duration_seconds: document.maxDurationSeconds,
    verdict: document.verdict,
    reasons: document.reasons,
    ...(figures ? shownFigures(figures) : noFigures),
    rounds: document.rounds.map(shownFigures),
    regression: document.isRegression,
    baseline: baseline && { fps: baseline.fps, duration_ms: baseline.durationMs, runs: baseline.runs },
    fps_ratio: ratios.fps,
    duration_ratio: ratios.duration,
    versions: {
      platform: versions.platform,
      ffmpeg: versions.ffmpeg,
      cpu_model: versions.cpuModel,
      cores: versions.cores,
    },
  };
};

const columns = [
  'at',
  'run_id',
  'scenario',
  'verdict',
  'regression',
  'device',
  'fps',
  'fps_ratio',
  'speed',
  'duration_ms',
  'duration_ratio',
  'encode_ms',
  'queue_ms',
  'overhead_ms',
  'frames',
  'expected_fps',
  'max_duration_seconds',
  'input',
  'operation',
  'job_id',
] as const;

/** A cell that a spreadsheet would take for a formula is made text. */
const csvOf = (results: readonly PerfResult[]): string =>
  stringify(
    [
      [...columns, 'reasons', 'platform', 'ffmpeg', 'cpu_model', 'cores'],
      ...results.map((result) => [
        ...columns.map((column) => (column === 'regression' ? String(result.regression) : (result[column] ?? ''))),
        result.reasons.join('; '),
        ...Object.values(result.versions),
      ]),
    ],
    { escape_formulas: true },
  );

const run = async (runner: PerfRunner, call: CallOf<'run_perf_tests'>): Promise<AnswerFor<'run_perf_tests'>> => {
  const { scenarios: given = defaultScenarios, rounds } = call.body ?? perfRunBody.parse({});
  const errors = given.flatMap((scenario, i) => checkScenario(scenario, `/scenarios/${i}`));
  if (errors.length > 0) throw new RequestRefused('invalid_request', { errors });
  const { runId, done } = await runner.begin({ scenarios: given, rounds, caller: call.caller });
  const resultsUrl = `/admin/perf-test/results?run_id=${runId}`;
  if (/\brespond-async\b/.test(call.header('prefer') ?? '')) {
    return {
      status: 202,
      headers: { location: resultsUrl, 'preference-applied': 'respond-async' },
      body: { run_id: runId, results_url: resultsUrl },
    };
  }
  const results = (await done).map(resultOf);
  const failed = results.filter(({ verdict }) => verdict === 'failed');
  if (failed.length > 0)
    throw new RequestRefused('perf_test_failed', {
      detail: failed.map(({ scenario, reasons }) => `${scenario}: ${reasons.join('; ')}`).join('. '),
      extra: { run_id: runId, passed: false, results },
    });
  return { body: { run_id: runId, passed: true, results } };
};

type ListCall = CallOf<'list_perf_results'>;

const queryOf = ({ query }: ListCall): FindQuery => {
  const { scenario, run_id: runId, cursor, limit = pageDefault } = query;
  const where: Record<string, Condition> = {};
  if (scenario !== undefined) where.scenario = scenario;
  if (runId !== undefined) where.runId = runId;
  const [from, to] = [utc(query.from ?? query.created_after), utc(query.to ?? query.created_before)];
  if (from !== undefined || to !== undefined) where.at = { ...(from && { gte: from }), ...(to && { lt: to }) };
  return { where, sort: 'at', descending: true, after: cursor, limit };
};

const list = async (results: Collection<PerfDocument>, call: ListCall): Promise<AnswerFor<'list_perf_results'>> => {
  const { documents, next } = await results.find(queryOf(call));
  const data = documents.map(({ document }) => resultOf(document));
  if (call.query.format !== 'csv') return { body: pageBody(data, next) };
  return {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="perf-results.csv"',
      ...(next !== null && { 'x-next-cursor': next }),
    },
    body: csvOf(data),
  };
};

export interface PerfPorts extends PerfRunPorts {
  readonly standing: StandingCalls;
}

/** Performance tests over REST: run them, see what they measured. */
export const openPerformance = (ports: PerfPorts): Slice<HandlersOf<typeof perfRoutes>> => {
  const runner = new PerfRunner(ports);
  return {
    handlers: {
      run_perf_tests: (call) => ports.standing.during(call, () => run(runner, call)),
      list_perf_results: (call) => list(ports.reads.results, call),
    },
    stop: () => runner.stop(),
  };
};
