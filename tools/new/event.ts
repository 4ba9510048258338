import { readText } from '../lint/repository.ts';
import type { Recipe } from './change.ts';
import { kebab, pascal, wordsOf } from './words.ts';

/** Where each aggregate is declared. */
const fileOf: Readonly<Record<string, string>> = {
  rule: 'alerting',
  incident: 'alerting',
  review: 'moderation',
  endpoint: 'webhook',
  delivery: 'webhook',
};

interface Sample {
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const samplesPath = 'contracts/src/events/samples.jsonl';

/** The last stored sample of an aggregate, with its line. */
const lastSample = (kind: string): (Sample & { readonly line: string }) | undefined => {
  const line = readText(samplesPath)
    .split('\n')
    .findLast((text) => text.startsWith(`{"stream":"${kind}.`));
  return line === undefined ? undefined : { ...(JSON.parse(line) as Sample), line };
};

/** The fields that every event of an aggregate has, each with its schema: they say what it happened to, and whose it is. */
const sharedFields = (kind: string, declared: string): readonly (readonly [name: string, schema: string])[] => {
  const all = readText(samplesPath)
    .split('\n')
    .filter((text) => text.startsWith(`{"stream":"${kind}.`))
    .map((text) => (JSON.parse(text) as Sample).data);
  return Object.keys(all[0] ?? {})
    .filter((name) => all.every((data) => name in data))
    .flatMap((name) => {
      const schema = new RegExp(`\\b${name}: ((?:z\\.|idOf)[^\\n,{]+\\)),`).exec(declared)?.[1];
      return schema === undefined ? [] : [[name, schema] as const];
    });
};

/** An event that says that something happened, without more. */
export const newEvent = (given: readonly string[]): Recipe => {
  const usage = 'event AGGREGATE Name, such as preset PresetRenamed; aggregates: docs/reference/events.md';
  const { aggregate, name } = wordsOf(given, ['aggregate', 'name'], usage);
  const [kind, type] = [kebab(aggregate), pascal(name)];
  const path = `contracts/src/events/${fileOf[kind] ?? kind}.ts`;
  const sample = lastSample(kind);
  const fields = sample ? sharedFields(kind, readText(path)) : [];
  const data = Object.fromEntries(fields.map(([field]) => [field, sample?.data[field]]));
  const shape = fields.map(([field, schema]) => `${field}: ${schema}`).join(', ');
  const line = JSON.stringify({ stream: sample?.stream ?? `${kind}.sample`, type, version: 1, data });
  return {
    changes: [
      {
        path,
        at: new RegExp(`kind: '${kind}',[^]*?\\n  events: \\{\\n`),
        side: 'after',
        insert: `    /** What happened, and where it was decided. */\n    ${type}: { 1: z.strictObject({ ${shape} }) },\n`,
      },
      {
        path: samplesPath,
        at: sample ? `${sample.line}\n` : /$/,
        side: 'after',
        insert: `${line}\n`,
      },
    ],
    next: [
      `its fields: ${path}, and the same in its line of ${samplesPath}`,
      'a line in each evolveBy, table of the audit log and projection that the compiler names below',
      'the command that decides it, in the decider of that aggregate',
    ],
  };
};
