import type { Recipe } from './change.ts';
import { filmPlan, plainPlan, planTest, soundPlan } from './operation-plans.ts';
import { camel, kebab, pascal, wordsOf, wrongWords } from './words.ts';

const pools: Readonly<Record<string, string>> = {
  audio: 'audio',
  subtitles: 'subtitle',
  video: 'transcode-cpu',
  compose: 'transcode-cpu',
};

const kinds: Readonly<Record<string, Kind>> = { audio: 'sound', video: 'film' };

type Kind = 'film' | 'sound' | 'plain';

interface Declared {
  readonly kind: Kind;
  readonly path: string;
  readonly symbol: string;
  readonly type: string;
  readonly pool: string;
}

const lengthMeasure = `    measure: async ({ outcome }) => {
      const { duration } = outcome.result as { readonly duration: number };
      return within({ seconds: [duration, 1.95, 2.05] });
    },`;

const measuring = {
  says: 'Says how long a film or a sound is.',
  summary: 'Say how long a film or a sound is.',
  result: "z.object({ duration: z.number().nullable().describe('Seconds; null: unknown.') })",
  outputs: 'No file; `result` has the length.',
  title: 'Length of a film',
};

/** What an operation of each family begins as: something that runs, to be written anew. */
const beginnings = {
  film: {
    says: 'Exchanges the left and the right of a film.',
    summary: 'Exchange the left and the right of a film; its sound is kept.',
    result: 'noResult',
    outputs: 'One MP4 of the size of the source.',
    title: 'Left for right',
  },
  sound: measuring,
  plain: measuring,
} as const;

const planOf = { film: filmPlan, sound: soundPlan, plain: plainPlan };
const inputOf = {
  film: "{ fields: ['input_url', 'url'], kind: 'video' }",
  sound: 'soundInput',
  plain: "{ fields: ['input_url', 'url'], kind: 'any' }",
};

const declarationOf = (id: string, { kind, path, symbol, type, pool }: Declared): string => {
  const { says, summary, result, outputs, title } = beginnings[kind];
  const isSound = kind === 'sound';
  return `import { z } from 'zod';
import { defineOperation${kind === 'film' ? ', noResult' : ''} } from '../operation.ts';
${isSound ? "import { soundInput, trackField } from './audio-fields.ts';\n" : ''}
/** ${says} */
export const ${symbol} = defineOperation({
  id: '${id}',
  version: 1,
  summary: '${summary}',
  path: '${path}',
  pools: { cpu: '${pool}' },
  inputs: { source: ${inputOf[kind]} },
  params: z.strictObject({${isSound ? ' track: trackField ' : ''}}),
  result: ${result},
  outputs: '${outputs}',
  examples: [{ title: '${title}', params: {} }],
});

export type ${type}Params = z.output<typeof ${symbol}.params>;
`;
};

const measureOf = {
  film: `    measure: async ({ path }) => within({ frames: [await frameCount(path()), 50, 50] }),`,
  sound: lengthMeasure,
  plain: lengthMeasure,
};

const casesOf = (id: string, symbol: string, kind: Kind): string => `import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
${kind === 'film' ? "import { frameCount } from '../picture-measures.ts';\n" : ''}
export const ${symbol}Cases: readonly MeasuredCase[] = [
  {
    name: '${id} of two seconds',
    operation: '${id}',
    params: {},
    inputs: async ({ made }) => ({
      source: await made('two-seconds.mkv', '-f', 'lavfi', '-i', 'testsrc2=d=2', '-f', 'lavfi', '-i', 'sine=d=2'),
    }),
${measureOf[kind]}
  },
];
`;

/** An operation: a beginning that runs, whose plan is then written anew. */
export const newOperation = (given: readonly string[]): Recipe => {
  const usage = 'operation FAMILY.NAME, such as audio.reverse; families: audio, subtitles, video, compose';
  const { id } = wordsOf(given, ['id'], usage);
  const [family = '', name = ''] = id.split('.');
  const pool = pools[family];
  if (pool === undefined || name === '') throw wrongWords(usage);
  const folder = family === 'video' ? 'filter' : family;
  const [file, symbol, type] = [kebab(name), camel(`${family} ${name}`), pascal(`${family} ${name}`)];
  const kind = kinds[family] ?? 'plain';
  const plans = `libs/media/src/plans/${folder}/${file}`;
  // One test has the examples of all operations on sound.
  const golden = kind === 'sound' ? 'libs/media/src/plans/audio/audio-plans.test.ts' : `${plans}/${file}.plan.test.ts`;
  return {
    changes: [
      {
        path: `contracts/src/operations/${folder}/${file}.operation.ts`,
        content: declarationOf(id, { kind, path: `/v1/${family}/${file}`, symbol, type, pool }),
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
        path: `${plans}/${file}.plan.ts`,
        content: planOf[kind](type),
      },
      ...(kind === 'sound' ? [] : [{ path: `${plans}/${file}.plan.test.ts`, content: planTest(type, id, file) }]),
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
        content: casesOf(id, symbol, kind),
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
    golden,
    next: [
      `its parameters and what it answers: contracts/src/operations/${folder}/${file}.operation.ts`,
      `its plan: ${plans}/${file}.plan.ts; UPDATE_GOLDEN=1 npx vitest run ${golden} writes what each example becomes`,
      `the measure of its output: e2e/media/cases/${family}-${file}.ts; npm run test:media -- --only ${family}.${name}`,
    ],
  };
};
