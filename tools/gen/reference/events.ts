import { aggregates, versionsOf, type Aggregate } from '@ffapi/contracts';
import { schemaCollector, type JsonSchema } from '../json-schema.ts';
import { webhookCalls } from '../webhook-calls.ts';
import { code, generated, table, typeWords } from './markdown.ts';

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

const collector = schemaCollector('#/');

const eventSection = (type: string, version: number, schema: ObjectSchema): string =>
  [
    `### ${type}, version ${version}`,
    '',
    table(
      ['Field', 'Type', 'Meaning'],
      Object.entries(schema.properties ?? {}).map(([name, field]) => [
        `${code(name)}${schema.required?.includes(name) ? '' : ' (optional)'}`,
        typeWords(field),
        String(field.description ?? ''),
      ]),
    ),
    '',
  ].join('\n');

/** The page of every stored event and every webhook event. */
export const eventsPage = (): string =>
  [
    generated,
    '',
    '# Events',
    '',
    'What the platform writes down before it answers. One message in the stream `EVENTS` is one commit: the events of one command. An event is `{type, version, data}`; it is versioned, never edited. The same as AsyncAPI: [asyncapi.json](asyncapi.json).',
    '',
    ...aggregates.flatMap(({ kind, stream, describes, events }: Aggregate) => [
      `## ${kind}`,
      '',
      `${describes} Subject ${code(`evt.${kind}.${stream}`)}.`,
      '',
      ...Object.entries(events).flatMap(([type, versions]) =>
        versionsOf(versions).map(([version, data]) =>
          eventSection(type, version, collector.schemaOf(data, 'output') as ObjectSchema),
        ),
      ),
    ]),
    '## Webhook events',
    '',
    'Bodies and signatures are in [openapi.json](openapi.json) under `webhooks`.',
    '',
    table(
      ['Event', 'Sent when'],
      webhookCalls(collector).map(({ event, summary }) => [code(event), summary]),
    ),
    '',
  ].join('\n');
