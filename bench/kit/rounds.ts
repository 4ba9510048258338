import { withDeadline } from './deadline.ts';
import { driftOf, spinMs } from './spin.ts';
import { spreadOf, type Spread } from './statistics.ts';

export type Metrics = Readonly<Record<string, number>>;

/** One of those that are compared: ours, a limit or a peer. */
export interface Contender {
  readonly name: string;
  /** A run that takes longer is a hang, which is a result of its own. */
  readonly timeoutMs: number;
  /** CPU seconds used so far by the processes that do the work. */
  readonly cpuSeconds?: () => number;
  run(): Promise<Metrics>;
}

export interface Round {
  readonly drift: number;
  readonly metrics: Readonly<Record<string, Metrics>>;
}

export interface Rounds {
  readonly kept: readonly Round[];
  readonly discarded: number;
  /** The machine was never quiet for long enough: the calmest rounds were taken instead. */
  readonly isNoisy: boolean;
  /** Contenders that hung, with what was said about it. */
  readonly hung: Readonly<Record<string, string>>;
}

export interface RoundsOptions {
  readonly rounds: number;
  readonly contenders: readonly Contender[];
  /** A round in which the machine's own speed changed by more is not evidence. */
  readonly driftMax?: number;
  readonly spin?: () => number;
  readonly onRound?: (round: Round, isKept: boolean) => void;
}

const measure = async ({ name, timeoutMs, cpuSeconds, run }: Contender): Promise<Metrics> => {
  const cpuBefore = cpuSeconds?.() ?? 0;
  const startMs = performance.now();
  const metrics = await withDeadline(name, timeoutMs, run());
  const wallMs = performance.now() - startMs;
  return { wallMs, ...(cpuSeconds ? { cpuSeconds: cpuSeconds() - cpuBefore } : {}), ...metrics };
};

/** Runs the contenders one after the other, round by round, so that what disturbs one disturbs the others too. */
export const runRounds = async (options: RoundsOptions): Promise<Rounds> => {
  const { rounds, contenders, driftMax = 0.15, spin = spinMs, onRound } = options;
  const all: Round[] = [];
  const hung: Record<string, string> = {};
  const quiet = (): Round[] => all.filter(({ drift }) => drift <= driftMax);
  const attemptsMax = rounds + Math.ceil(rounds / 2);
  while (quiet().length < rounds && all.length < attemptsMax) {
    const before = spin();
    const metrics: Record<string, Metrics> = {};
    for (const contender of contenders) {
      if (hung[contender.name] !== undefined) continue;
      try {
        metrics[contender.name] = await measure(contender);
      } catch (error) {
        if ((error as Error).name !== 'DeadlinePassed') throw error;
        hung[contender.name] = (error as Error).message;
      }
    }
    const round = { drift: driftOf(before, spin()), metrics };
    all.push(round);
    onRound?.(round, round.drift <= driftMax);
  }
  const isNoisy = quiet().length < rounds;
  const kept = isNoisy ? all.toSorted((a, b) => a.drift - b.drift).slice(0, rounds) : quiet();
  return { kept, discarded: all.length - kept.length, isNoisy, hung };
};

/** A figure taken within each round, so that only neighbours in time are compared; rounds that lack a part are left out. */
export const paired = (rounds: Rounds, figure: (metrics: Round['metrics']) => number): Spread =>
  spreadOf(rounds.kept.map(({ metrics }) => figure(metrics)).filter(Number.isFinite));

/** One metric of one contender, `NaN` where a round has none. */
export const metricOf = (metrics: Round['metrics'], contender: string, metric: string): number =>
  metrics[contender]?.[metric] ?? Number.NaN;
