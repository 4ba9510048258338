import type { PathParams } from '@ffapi/contracts';
import { RequestRefused } from './problem.http.ts';

/** The parameters of a path; a text that is not of its parameter's kind names nothing, and is not there. */
export const pathParamsOf = (
  params: PathParams | undefined,
  { '*': rest, ...given }: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const texts: Readonly<Record<string, string>> = rest === undefined ? given : { ...given, path: rest };
  for (const [name, { schema, absent }] of Object.entries(params ?? {}))
    if (!schema.safeParse(texts[name]).success) throw new RequestRefused(absent);
  return texts;
};
