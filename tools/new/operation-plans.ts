/** A plan that runs nothing: the length as it was measured. */
export const plainPlan = (type: string): string => `import type { ${type}Params } from '@ffapi/contracts';
import { refusePlan } from '../../plan.ts';
import type { PlanFn } from '../../plan.ts';

/** The length of the source as it was measured; nothing runs. */
export const plan${type}: PlanFn<${type}Params> = ({ facts }) => {
  const { durationMs } = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  return {
    kind: 'run',
    device: 'cpu',
    steps: [],
    outputs: [],
    result: { duration: durationMs === null ? null : durationMs / 1000 },
    warnings: [],
    estimate: { durationMs: 100 },
  };
};
`;

/** A plan that writes one MP4. */
export const filmPlan = (type: string): string => `import type { ${type}Params } from '@ffapi/contracts';
import { guardedInput } from '../../../argv/guard.ts';
import { estimateOf, mp4Output, painterOf, paintStep } from '../../../canvas/mp4.ts';
import { pictureOf, ratio } from '../../../facts/media-facts.ts';
import { chain, filter } from '../../../filtergraph/filter.ts';
import { evenSize } from '../../../ladder/fit.ts';
import { refusePlan } from '../../plan.ts';
import type { PlanFn } from '../../plan.ts';

/** One pass over the film at its own size and rate, with its first sound. */
export const plan${type}: PlanFn<${type}Params> = ({ facts, caps, hardware }) => {
  const source = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  const picture = pictureOf(source) ?? refusePlan('media_no_video_stream', 'there is no picture');
  const size = evenSize({ width: picture.displayWidth, height: picture.displayHeight });
  const canvas = { ...size, fps: ratio(picture.fps) || 25 };
  const durationMs = source.durationMs ?? 0;
  const [sound] = source.audio;
  const hasSound = sound !== undefined;
  const warnings: string[] = [];
  const painter = painterOf('balanced', { caps, hardware, warn: (text) => void warnings.push(text) });
  const filters = [
    filter('scale', { w: size.width, h: size.height }),
    filter('setsar', { sar: 1 }),
    'hflip',
    filter('fps', { fps: canvas.fps }),
    filter('format', { pix_fmts: 'yuv420p' }),
  ];
  const graph = [
    \`[0:\${picture.index}]\${chain(filters)}[picture]\`,
    ...(hasSound ? [\`[0:\${sound.index}]anull[sound]\`] : []),
  ];
  const inputs = guardedInput('source', source.demuxer);
  return {
    kind: 'run',
    device: painter.encoder.device,
    steps: [paintStep({ inputs, reads: ['source'], graph, hasSound, painter, until: [], durationMs })],
    outputs: [mp4Output(canvas, durationMs, hasSound)],
    warnings,
    estimate: estimateOf(canvas, durationMs, painter),
  };
};
`;

/** The test that stores what each example becomes. */
export const planTest = (
  type: string,
  id: string,
  file: string,
): string => `import { operations } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { cpuCaps, film } from '../../../fixtures/facts.ts';
import { golden, showPlan } from '../../../fixtures/golden.ts';
import { plan${type} } from './${file}.plan.ts';

const { params: schema, examples } = operations['${id}'];
const base = { caps: cpuCaps, facts: { source: film }, measured: {}, hardware: 'auto' } as const;

it.each(examples)('golden command lines: $title', ({ title, params }) => {
  const text = showPlan(plan${type}({ ...base, params: schema.parse(params) }));
  expect(text).toBe(golden(import.meta.url, \`${id} \${title}\`, text));
});
`;

/** A plan that decodes one audio track. */
export const soundPlan = (type: string): string => `import type { ${type}Params } from '@ffapi/contracts';
import { extentStep, parseExtent } from '../../../sound/extent.ts';
import { soundSource } from '../../../sound/source.ts';
import type { PlanFn } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';

/** The length of one audio track, by its decoded samples. */
export const plan${type}: PlanFn<${type}Params> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  if (measured.extent === undefined) return measurePlan(source, [extentStep(source)]);
  const samples = parseExtent(source, measured.extent);
  return runPlan(source, { steps: [], outputs: [], result: { duration: samples / source.sound.sampleRateHz } });
};
`;
