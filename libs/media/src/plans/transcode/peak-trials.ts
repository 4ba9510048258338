import type { TranscodeIntent } from '@ffapi/contracts';
import { inputGuard } from '../../argv/guard.ts';
import { highestRate, readPackets } from '../../facts/packet-rates.ts';
import type { HighestRate } from '../../facts/packet-rates.ts';
import type { Plan, PlanInput, Step } from '../plan.ts';
import { isPeakMeasured, windowSeconds } from '../../encode/peak-rate.ts';
import { crfOf } from '../../encode/video-encoder.ts';

/** Encodes of one film, with what the first one needs already. */
const trialsMax = 6;

/** What is told to the encoder beside the request: a part of the rate, and how much coarser the quality is. */
export interface Trial {
  readonly share: number;
  readonly coarser: number;
}

const asItIs: Trial = { share: 1, coarser: 0 };

/** How far below the bound a correction aims. */
const aim = 0.96;
/** A peak follows the average that is told by about its root. */
const sway = 1.5;
/** From here on the encoder's own rate control is too slow for the film: only a coarser quality helps. */
const slowFrom = 1.2;
/** Steps of quality that halve the rate, of the 63 that AV1 and VP9 have. */
const stepsToHalve = 8;

/** The trial after one whose peak was this many times what it may be. */
export const nextTrial = ({ share, coarser }: Trial, times: number): Trial => ({
  share: share * (aim / times) ** sway,
  coarser: coarser + (times < slowFrom ? 0 : Math.ceil(stepsToHalve * Math.log2(times))),
});

const coarsest = 63;

/** The request as the encoder gets it: where its average is too high for its peak, a constant quality stands in. */
const asTried = (intent: TranscodeIntent, { share, coarser }: Trial): TranscodeIntent => {
  if (share === 1) return intent;
  const { maxBitrate, videoBitrate } = intent;
  const peak = Math.min(maxBitrate ?? Infinity, videoBitrate === null ? Infinity : 2 * videoBitrate);
  return {
    ...intent,
    crf: Math.min(coarsest, crfOf(intent) + coarser),
    videoBitrate: null,
    maxBitrate: Math.round(peak * share),
    isTwoPass: false,
  };
};

const packetsFile = 'packets.csv';

const measureStep = (name: string, { container }: TranscodeIntent, capture: string): Step => ({
  id: 'measure',
  tool: 'ffprobe',
  argv: [
    '-hide_banner',
    '-v',
    'error',
    ...inputGuard(container === 'mkv' || container === 'webm' ? 'matroska' : 'mov'),
    '-select_streams',
    'v:0',
    '-show_entries',
    'packet=pts_time,dts_time,size',
    '-of',
    'csv=print_section=0',
    '-o',
    { scratch: packetsFile },
    '-i',
    { out: name },
  ],
  reads: [name],
  writes: [],
  weight: 0.02,
  expectedDurationMs: 0,
  capture: { name: capture, from: { scratch: packetsFile } },
});

const kilobits = (rate: number): string => `${Math.round(rate / 1000)}k`;

const warningsOf = ({ coarser }: Trial, found: HighestRate, peak: number): string[] => {
  if (found.bitsPerSecond > peak)
    return [
      `max_bitrate is passed: ${kilobits(found.bitsPerSecond)} over two seconds from ${found.atSeconds.toFixed(1)} s on; ` +
        'a smaller resolution would keep it',
    ];
  return coarser > 0 ? [`to keep max_bitrate the quality is ${coarser} steps of crf coarser throughout`] : [];
};

interface Tried {
  readonly trial: Trial;
  readonly found: HighestRate;
}

/** The trials that were measured, replayed: each follows from the one before. */
const replay = (measured: PlanInput<never>['measured'], peak: number): { tried: Tried[]; next: Trial } => {
  const tried: Tried[] = [];
  let next = asItIs;
  for (let text = measured.packets1; text !== undefined; text = measured[`packets${tried.length + 1}`]) {
    const found = highestRate(readPackets(String(text)), windowSeconds);
    tried.push({ trial: next, found });
    next = nextTrial(next, found.bitsPerSecond / peak);
  }
  return { tried, next };
};

const isAnalysis = ({ id }: Step): boolean => id === 'analyse';
const whole = ({ kind, device }: Plan): boolean => kind === 'run' && device === 'cpu';

/**
 * The plan of a file whose peak is kept by an encoder that knows averages only: what was encoded is measured, and encoded
 * again below where two seconds are above it.
 */
export const planWithinPeak = (
  intent: TranscodeIntent,
  measured: PlanInput<never>['measured'],
  planWith: (intent: TranscodeIntent) => Plan,
): Plan => {
  const { maxBitrate: peak } = intent;
  const first = planWith(intent);
  const [output] = first.outputs;
  if (peak === null || !isPeakMeasured(intent) || !whole(first) || !output || output.expect.videoStreams === 0)
    return first;
  const { tried, next } = replay(measured, peak);
  const last = tried.at(-1);
  if (last && (last.found.bitsPerSecond <= peak || tried.length >= trialsMax)) {
    const plan = planWith(asTried(intent, last.trial));
    return { ...plan, steps: [], warnings: [...plan.warnings, ...warningsOf(last.trial, last.found, peak)] };
  }
  const plan = planWith(asTried(intent, next));
  // What a first look has noted depends on no rate.
  const isNoted = tried.length > 0 && first.steps.some(isAnalysis);
  const steps = isNoted || tried.length > 1 ? plan.steps.filter((step) => !isAnalysis(step)) : plan.steps;
  return {
    ...plan,
    kind: 'measure',
    steps: [...steps, measureStep(output.name, intent, `packets${tried.length + 1}`)],
    outputs: [],
    measureShare: 0.8,
  };
};
