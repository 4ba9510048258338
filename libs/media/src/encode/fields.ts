import { ffmpegGlobals, guardedInput } from '../argv/guard.ts';
import type { Token } from '../argv/token.ts';
import { pictureOf, ratio } from '../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../facts/media-facts.ts';
import { chain, filter } from '../filtergraph/filter.ts';
import type { Capture, Plan, PlanFn, Step } from '../plans/plan.ts';

export type Deinterlace = 'auto' | 'on' | 'off';

/** Filters that make whole pictures of fields. */
export const deinterlacing = ({ isInterlaced, unmarkedFields }: VideoFacts): string[] => {
  if (unmarkedFields !== undefined)
    return [filter('bwdif', { mode: 'send_frame', parity: unmarkedFields, deint: 'all' })];
  return isInterlaced ? [filter('bwdif', { mode: 'send_frame', deint: 'interlaced' })] : [];
};

const standardLines: ReadonlySet<number> = new Set([480, 486, 576]);
const televisionRates = [25, 30_000 / 1001, 50, 60_000 / 1001];

/** Pictures of a size and rate that television sends in fields. In high definition a mark is believed: most of it has none. */
const mayHaveFields = ({ width, height, fps, isInterlaced, isMarkedProgressive }: VideoFacts): boolean => {
  if (isInterlaced || !televisionRates.some((rate) => Math.abs(ratio(fps) - rate) < 0.02)) return false;
  if (standardLines.has(height)) return width >= 352 && width <= 768;
  return isMarkedProgressive !== true && (height === 1080 || height === 1088) && (width === 1440 || width === 1920);
};

const lookMs = 2_000;
const shortMs = 12_000;

/** Where to look, in ms: in the middle of parts, since films begin and end still. */
const looks = (durationMs: number): readonly { readonly atMs: number; readonly lengthMs: number }[] =>
  durationMs < shortMs
    ? [{ atMs: 0, lengthMs: 2 * lookMs }]
    : [0.15, 0.45, 0.75].map((part) => ({ atMs: Math.round(durationMs * part), lengthMs: lookMs }));

const prefixOf = (name: string): string => (name === 'source' ? 'fields' : `${name}-fields`);
const fileOf = (name: string, n: number): string => `${prefixOf(name)}${n}.txt`;
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const lookStep = (name: string, facts: MediaFacts, picture: VideoFacts): Step => {
  const places = looks(picture.durationMs ?? facts.durationMs ?? 0);
  const graph = (file: string): string =>
    chain(['idet', filter('metadata', { mode: 'print', key: 'lavfi.idet.multiple.current_frame', file })]);
  const inputs = places.flatMap(({ atMs, lengthMs }) =>
    guardedInput(name, facts.demuxer, [...(atMs === 0 ? [] : ['-ss', seconds(atMs)]), '-t', seconds(lengthMs)]),
  );
  const outputs = places.flatMap((_, n): Token[] => [
    '-map',
    `${n}:${picture.index}`,
    '-vf',
    graph(fileOf(name, n)),
    '-f',
    'null',
    '-',
  ]);
  return {
    id: 'fields',
    tool: 'ffmpeg',
    argv: [...ffmpegGlobals, ...inputs, ...outputs],
    reads: [name],
    writes: [],
    weight: 1,
    expectedDurationMs: 0,
    capture: places.map((_, n): Capture => ({ name: fileOf(name, n), from: { scratch: fileOf(name, n) } })),
  };
};

const lookPlan = (steps: readonly Step[]): Plan => ({
  kind: 'measure',
  device: 'cpu',
  steps: steps.map((step) => ({ ...step, weight: 1 / steps.length })),
  outputs: [],
  warnings: [],
  estimate: { durationMs: 1_000 * steps.length },
  measureShare: 0.05,
});

/** Fewer pictures that move than this say nothing. */
const tellingLeast = 5;

/** Fields come in one order; fine patterns that move look like either. */
const oneWayLeast = 4;

/** Which field comes first where most pictures that move are fields; null where they are whole. */
export const fieldsIn = (texts: readonly string[]): 'tff' | 'bff' | null => {
  const found = texts.flatMap((text) => [...text.matchAll(/current_frame=(\w+)/g)].map(([, kind = '']) => kind));
  const count = (kind: string): number => found.filter((each) => each === kind).length;
  const [top, bottom] = [count('tff'), count('bff')];
  const [most, least] = [Math.max(top, bottom), Math.min(top, bottom)];
  if (most < tellingLeast || most <= count('progressive') || most < oneWayLeast * least) return null;
  return top >= bottom ? 'tff' : 'bff';
};

const withPicture = (facts: MediaFacts, picture: VideoFacts, changes: Partial<VideoFacts>): MediaFacts => ({
  ...facts,
  video: facts.video.map((stream) => (stream === picture ? { ...stream, ...changes } : stream)),
});

type Seen = { readonly facts: MediaFacts } | { readonly step: Step };

const seenFields = (
  name: string,
  facts: MediaFacts,
  wish: Deinterlace,
  measured: Readonly<Record<string, unknown>>,
): Seen => {
  const picture = pictureOf(facts);
  if (picture === null) return { facts };
  if (wish === 'off') return { facts: withPicture(facts, picture, { isInterlaced: false }) };
  if (picture.isInterlaced || (wish === 'auto' && !mayHaveFields(picture))) return { facts };
  if (wish === 'auto' && measured[fileOf(name, 0)] === undefined) return { step: lookStep(name, facts, picture) };
  const texts = looks(Infinity).map((_, n) => measured[fileOf(name, n)]);
  const found = fieldsIn(texts.filter((text) => text !== undefined).map(String));
  const unmarkedFields = wish === 'on' ? 'auto' : found;
  return {
    facts: unmarkedFields === null ? facts : withPicture(facts, picture, { isInterlaced: true, unmarkedFields }),
  };
};

/**
 * The facts with what is to be done about fields, or the plan of a short look at the picture where nothing but that
 * can tell.
 */
export const lookForFields = (
  facts: MediaFacts,
  wish: Deinterlace,
  measured: Readonly<Record<string, unknown>>,
): { readonly facts: MediaFacts } | { readonly plan: Plan } => {
  const seen = seenFields('source', facts, wish, measured);
  return 'step' in seen ? { plan: lookPlan([seen.step]) } : seen;
};

/** The same plan, for inputs of which those that may be fields were looked at first. */
export const seeingFields =
  <P>(planFn: PlanFn<P>): PlanFn<P> =>
  (input) => {
    const seen = Object.entries(input.facts).map(
      ([name, facts]) => [name, seenFields(name, facts, 'auto', input.measured)] as const,
    );
    const steps = seen.flatMap(([, each]) => ('step' in each ? [each.step] : []));
    if (steps.length > 0) return lookPlan(steps);
    const facts = Object.fromEntries(seen.flatMap(([name, each]) => ('facts' in each ? [[name, each.facts]] : [])));
    return planFn({ ...input, facts });
  };
