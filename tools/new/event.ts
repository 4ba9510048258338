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

/** An event that says that something happened, without more. */
export const newEvent = (given: readonly string[]): Recipe => {
  const usage = 'event AGGREGATE Name, such as preset PresetRenamed; aggregates: docs/reference/events.md';
  const { aggregate, name } = wordsOf(given, ['aggregate', 'name'], usage);
  const [kind, type] = [kebab(aggregate), pascal(name)];
  const path = `contracts/src/events/${fileOf[kind] ?? kind}.ts`;
  return {
    changes: [
      {
        path,
        at: new RegExp(`kind: '${kind}',[^]*?\\n  events: \\{\\n`),
        side: 'after',
        insert: `    /** What happened, and where it was decided. */\n    ${type}: { 1: z.strictObject({ id: z.string() }) },\n`,
      },
      {
        path: 'contracts/src/events/samples.jsonl',
        at: /$/,
        side: 'after',
        insert: `${JSON.stringify({ stream: `${kind}.sample`, type, version: 1, data: { id: 'sample' } })}\n`,
      },
    ],
    next: [
      `its fields: ${path}, and the same in its line of contracts/src/events/samples.jsonl`,
      'a line in each evolveBy, table of the audit log and projection that the compiler names below',
      'the command that decides it, in the decider of that aggregate',
    ],
  };
};
