import { number, record, records, text } from './json.ts';
import type { Json } from './json.ts';

interface Programme {
  readonly name: string;
  readonly indexes: ReadonlySet<number>;
}

const programmesIn = (raw: unknown): Programme[] =>
  records(record(raw).programs)
    .map((programme) => ({
      name: text(record(programme.tags).service_name) ?? `number ${number(programme.program_id) ?? 0}`,
      indexes: new Set(records(programme.streams).flatMap((stream) => number(stream.index) ?? [])),
    }))
    .filter(({ indexes }) => indexes.size > 0);

/**
 * The streams of one programme where a transport stream carries several: the first that has a picture. Picture and
 * sound of different programmes do not belong together.
 */
export const oneProgramme = (
  raw: unknown,
  streams: readonly Json[],
): { readonly streams: readonly Json[]; readonly leftOut: readonly string[] } => {
  const programmes = programmesIn(raw);
  const holds = ({ indexes }: Programme, stream: Json): boolean => indexes.has(number(stream.index) ?? -1);
  const hasPicture = (programme: Programme): boolean =>
    streams.some((stream) => stream.codec_type === 'video' && holds(programme, stream));
  const taken = programmes.find(hasPicture) ?? programmes[0];
  if (taken === undefined || programmes.length === 1) return { streams, leftOut: [] };
  const others = programmes.filter((programme) => programme !== taken);
  return {
    streams: streams.filter((stream) => holds(taken, stream) || !others.some((programme) => holds(programme, stream))),
    leftOut: others.map(({ name }) => `programme ${name} is left out: ${taken.name} is taken`),
  };
};
