import { cpus } from 'node:os';
import {
  errorRow,
  perfStream,
  type PerfEvent,
  type PerfFigures,
  type PerfScenario,
  type PerfTestCompletedData,
} from '@ffapi/contracts';
import { redactUrl } from '@ffapi/egress';
import { Refusal, type Head } from '@ffapi/es';
import type { Collection } from '@ffapi/read-model';
import { baselineOf, baselineRuns, figuresOf, gpuEncoderOf, judge, medianRound } from './perf-verdict.ts';
import type { Caller } from '../identity/index.ts';
import type { FileDocument } from '../files/index.ts';
import type { WorkerLine } from '../platform/index.ts';
import { RequestRefused, acquireSingleton } from '../requests/index.ts';
import { seriesOf, type PerfDocument } from './perf-results.projection.ts';
import { resolveInput, runJob, type PerfJobPorts } from './perf-jobs.runner.ts';

export interface PerfReads {
  readonly files: Collection<FileDocument>;
  readonly results: Collection<PerfDocument>;
  /** Resolves when results hold a commit. */
  resultsHold(position: number): Promise<void>;
}

export interface PerfRunPorts extends PerfJobPorts {
  readonly reads: PerfReads;
}

export interface PerfRun {
  readonly runId: string;
  /** The results in the order of the scenarios; rejects when the platform stops before. */
  readonly done: Promise<PerfDocument[]>;
}

export interface PerfOrder {
  readonly scenarios: readonly PerfScenario[];
  readonly rounds: number;
  readonly caller: Caller;
}

type Outcome = Pick<PerfTestCompletedData, 'verdict' | 'reasons' | 'figures' | 'rounds' | 'baseline' | 'isRegression'>;

const workersMs = 1_500;
const nothing = { figures: null, rounds: [], baseline: null, isRegression: false };

/** The query of a URL may be a secret, and no secret enters an event. */
const storedInput = ({ input }: PerfScenario): string => (URL.canParse(input) ? redactUrl(input) : input);

/** Performance tests, one run at a time on the whole platform; they go on when the client leaves. */
export class PerfRunner {
  readonly #ports: PerfRunPorts;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(ports: PerfRunPorts) {
    this.#ports = ports;
  }

  async begin(order: PerfOrder): Promise<PerfRun> {
    const { context } = this.#ports;
    const giveBack = await acquireSingleton(context);
    const runId = context.newId('perf');
    const done = this.#runAll(runId, order).finally(giveBack);
    const settled = done.then(
      () => {},
      (err: unknown) => context.log.warn({ err, runId }, 'performance tests ended early'),
    );
    this.#running.add(settled);
    void settled.finally(() => this.#running.delete(settled));
    return { runId, done };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #runAll(runId: string, { scenarios, rounds, caller }: PerfOrder): Promise<PerfDocument[]> {
    const documents: PerfDocument[] = [];
    let head: Head | null = null;
    for (const [index, scenario] of scenarios.entries()) {
      const outcome = await this.#runOne(scenario, rounds, caller);
      const data = { ...(await this.#described(runId, index, scenario, caller)), ...outcome };
      const at = this.#ports.context.now();
      head = await this.#record(data, at, head);
      documents.push({ ...data, at, series: seriesOf(data, data.figures?.device ?? null) });
    }
    return documents;
  }

  async #runOne(scenario: PerfScenario, rounds: number, caller: Caller): Promise<Outcome> {
    const encoder = gpuEncoderOf(scenario);
    const workers = encoder === null ? [] : await this.#workers();
    if (encoder !== null && !workers.some(({ capabilities }) => capabilities.hardwareEncoders?.includes(encoder)))
      return { ...nothing, verdict: 'skipped', reasons: [`no_gpu: no worker offers ${encoder}`] };
    const signal = this.#stopping.signal;
    const measured: PerfFigures[] = [];
    try {
      const input = await resolveInput(this.#ports, scenario.input, caller, signal);
      for (let round = 0; round < rounds; round++) {
        const job = await runJob(this.#ports, scenario, input, caller, signal);
        signal.throwIfAborted();
        if (job?.status !== 'completed') {
          const why = job?.error ? `${job.error.code}: ${job.error.message}` : 'too_long: the job was cancelled';
          return { ...nothing, verdict: 'failed', reasons: [why], rounds: measured };
        }
        measured.push(figuresOf(job));
      }
    } catch (error) {
      signal.throwIfAborted();
      // What a user's scenario asks for in vain is its result; what the platform lacks is an error.
      const isRefused =
        (error instanceof RequestRefused || error instanceof Refusal) && errorRow(error.code).status < 500;
      if (!isRefused) throw error;
      const { code } = error as RequestRefused;
      return { ...nothing, verdict: 'failed', reasons: [`${code}: ${errorRow(code).title}`], rounds: measured };
    }
    const figures = medianRound(measured) as PerfFigures;
    const baseline = baselineOf(await this.#passedBefore(scenario, figures));
    return { ...judge(scenario, figures, baseline), figures, rounds: measured, baseline };
  }

  async #passedBefore(scenario: PerfScenario, { device }: PerfFigures): Promise<PerfFigures[]> {
    const work = { ...scenario, scenario: scenario.name, input: storedInput(scenario) };
    const where = { series: seriesOf(work, device), verdict: 'passed' };
    const query = { where, sort: 'at', descending: true, limit: baselineRuns.max };
    const { documents } = await this.#ports.reads.results.find(query);
    return documents.flatMap(({ document }) => (document.figures ? [document.figures] : []));
  }

  async #workers(): Promise<WorkerLine[]> {
    return (await this.#ports.context.request('job.workers', {}, workersMs)).workers;
  }

  async #described(runId: string, index: number, scenario: PerfScenario, { keyId }: Caller) {
    const { name, operation, params, expected_fps, max_duration_seconds } = scenario;
    const processors = cpus();
    const versions = (await this.#workers()).flatMap(({ capabilities }) => capabilities.ffmpegVersion ?? []);
    return {
      runId,
      index,
      scenario: name,
      input: storedInput(scenario),
      operation,
      params,
      expectedFps: expected_fps,
      maxDurationSeconds: max_duration_seconds,
      versions: {
        platform: this.#ports.context.version,
        ffmpeg: versions[0] ?? null,
        cpuModel: processors[0]?.model ?? 'unknown',
        cores: processors.length,
      },
      by: keyId,
    };
  }

  async #record(data: PerfTestCompletedData, at: string, head: Head | null): Promise<Head> {
    const { context, reads } = this.#ports;
    const { runId, index, by } = data;
    const commit = await context.store.append<PerfEvent>(perfStream(runId), head, {
      id: `${runId}_${index}`,
      occurredAt: at,
      correlationId: runId,
      causationId: by,
      events: [{ type: 'PerfTestCompleted', version: 1, data }],
    });
    await reads.resultsHold(commit.position);
    const { version, position, hash } = commit;
    return { version, position, hash };
  }
}
