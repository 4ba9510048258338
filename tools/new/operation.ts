import type { Recipe } from './change.ts';
import { camel, kebab, pascal, wordsOf, wrongWords } from './words.ts';

const pools: Readonly<Record<string, string>> = {
  audio: 'audio',
  subtitles: 'subtitle',
  video: 'transcode-cpu',
  compose: 'transcode-cpu',
};

const plainPlan = (type: string): string => `import type { ${type}Params } from '@ffapi/contracts';
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

const soundPlan = (type: string): string => `import type { ${type}Params } from '@ffapi/contracts';
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

/** An operation that measures its source: a beginning that runs, whose plan is then written anew. */
export const newOperation = (given: readonly string[]): Recipe => {
  const usage = 'operation FAMILY.NAME, such as audio.reverse; families: audio, subtitles, video, compose';
  const { id } = wordsOf(given, ['id'], usage);
  const [family = '', name = ''] = id.split('.');
  const pool = pools[family];
  if (pool === undefined || name === '') throw wrongWords(usage);
  const folder = family === 'video' ? 'filter' : family;
  const [file, symbol, type] = [kebab(name), camel(`${family} ${name}`), pascal(`${family} ${name}`)];
  const isSound = family === 'audio';
  return {
    changes: [
      {
        path: `contracts/src/operations/${folder}/${file}.operation.ts`,
        content: `import { z } from 'zod';
import { defineOperation } from '../operation.ts';
${isSound ? "import { soundInput, trackField } from './audio-fields.ts';\n" : ''}
/** Says how long a film or a sound is. */
export const ${symbol} = defineOperation({
  id: '${family}.${name}',
  version: 1,
  summary: 'Say how long a film or a sound is.',
  path: '/v1/${family}/${file}',
  pools: { cpu: '${pool}' },
  inputs: { source: ${isSound ? 'soundInput' : "{ fields: ['input_url', 'url'], kind: 'any' }"} },
  params: z.strictObject({${isSound ? ' track: trackField ' : ''}}),
  result: z.object({ duration: z.number().nullable().describe('Seconds; null: unknown.') }),
  outputs: 'No file; \`result\` has the length.',
  examples: [{ title: 'Length of a film', params: {} }],
});

export type ${type}Params = z.output<typeof ${symbol}.params>;
`,
      },
      {
        path: 'contracts/src/operations/registry.ts',
        at: "import { inputKind } from './nested-inputs.ts';",
        side: 'before',
        insert: `import { ${symbol} } from './${folder}/${file}.operation.ts';\n`,
      },
      {
        path: 'contracts/src/operations/registry.ts',
        at: '} satisfies Record<string, Operation>;',
        side: 'before',
        insert: `  '${family}.${name}': ${symbol},\n`,
      },
      {
        path: 'contracts/src/operations/index.ts',
        at: /$/,
        side: 'after',
        insert: `export type { ${type}Params } from './${folder}/${file}.operation.ts';\n`,
      },
      {
        path: `libs/media/src/plans/${folder}/${file}/${file}.plan.ts`,
        content: isSound ? soundPlan(type) : plainPlan(type),
      },
      {
        path: 'libs/media/src/plans/registry.ts',
        at: "import type { PlanFn } from './plan.ts';",
        side: 'before',
        insert: `import { plan${type} } from './${folder}/${file}/${file}.plan.ts';\n`,
      },
      {
        path: 'libs/media/src/plans/registry.ts',
        at: /\n};\s*$/,
        side: 'before',
        insert: `\n  '${family}.${name}': plan${type},`,
      },
      {
        path: `e2e/media/cases/${family}-${file}.ts`,
        content: `import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';

export const ${symbol}Cases: readonly MeasuredCase[] = [
  {
    name: '${family}.${name} of two seconds',
    operation: '${family}.${name}',
    params: {},
    inputs: async ({ made }) => ({
      source: await made('two-seconds.mkv', '-f', 'lavfi', '-i', 'testsrc2=d=2', '-f', 'lavfi', '-i', 'sine=d=2'),
    }),
    measure: async ({ outcome }) => {
      const { duration } = outcome.result as { readonly duration: number };
      return within({ seconds: [duration, 1.95, 2.05] });
    },
  },
];
`,
      },
      {
        path: 'e2e/media/operation-cases.ts',
        at: "import type { MeasuredCase } from './measured-case.ts';",
        side: 'before',
        insert: `import { ${symbol}Cases } from './cases/${family}-${file}.ts';\n`,
      },
      {
        path: 'e2e/media/operation-cases.ts',
        at: '];',
        side: 'before',
        insert: `  ...${symbol}Cases,\n`,
      },
    ],
    next: [
      `its parameters and what it answers: contracts/src/operations/${folder}/${file}.operation.ts`,
      `its plan: libs/media/src/plans/${folder}/${file}/${file}.plan.ts; UPDATE_GOLDEN=1 npx vitest run libs/media/src/plans writes what each example becomes`,
      `the measure of its output: e2e/media/cases/${family}-${file}.ts; npm run test:media -- --only ${family}.${name}`,
    ],
  };
};
