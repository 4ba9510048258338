import { visibleTo } from '@ffapi/contracts';
import { holds, search, type Condition, type FindQuery, type Page } from '@ffapi/read-model';
import type { CallOf } from '../requests/index.ts';
import type { FilePorts } from './file-ports.ts';
import { term } from './file-terms.ts';
import type { FileDocument } from './files.projection.ts';

type ListCall = CallOf<'list_files'> | CallOf<'list_downloads'>;

/** The words of the index that the files have, all of them. */
const wantedTerms = ({ caller, query: { tag = [], format, codec } }: ListCall): readonly string[] => {
  const terms = [
    ...[tag].flat().map(term.tag),
    ...(format === undefined ? [] : [term.format(format)]),
    ...(codec === undefined ? [] : [term.codec(codec)]),
  ];
  return terms.length === 0 || caller.isAdmin ? terms : [...terms, term.owner(caller.keyId)];
};

const instantOf = (text: string): string => new Date(text).toISOString();

/** What no index knows is looked for among those it gives. */
const keepOf = ({ query }: ListCall): ((file: FileDocument) => boolean) | null => {
  const { q, min_duration, max_duration, min_size, max_size } = query;
  const checks: ((file: FileDocument) => boolean)[] = [];
  if (q) checks.push(holds({ field: 'name', text: q }));
  if (min_size !== undefined || max_size !== undefined)
    checks.push(({ sizeBytes }) => sizeBytes >= (min_size ?? 0) && sizeBytes <= (max_size ?? Infinity));
  if (min_duration !== undefined || max_duration !== undefined)
    checks.push(({ media }) => {
      const seconds = media?.durationSeconds ?? null;
      return seconds !== null && seconds >= (min_duration ?? 0) && seconds <= (max_duration ?? Infinity);
    });
  return checks.length === 0 ? null : (file) => checks.every((check) => check(file));
};

const passedAtOnce = 500;

/** Behind so many documents that only a look at each of them can count. */
const passOver = async (
  skip: number,
  query: FindQuery,
  find: (query: FindQuery) => Promise<Page<FileDocument>>,
): Promise<Page<FileDocument>> => {
  let { after } = query;
  for (let left = skip; left > 0;) {
    const { documents, next } = await find({ ...query, after, limit: Math.min(left, passedAtOnce) });
    if (next === null) return { documents: [], next };
    left -= documents.length;
    after = next;
  }
  return find({ ...query, after });
};

/** A page of the caller's files, newest first, by the filters of the query. */
export const findFiles = (
  { reads: { files } }: Pick<FilePorts, 'reads'>,
  call: ListCall,
  { limit, after, skip = 0 }: Pick<FindQuery, 'limit' | 'after' | 'skip'>,
): Promise<Page<FileDocument>> => {
  const { created_after: from, created_before: to } = call.query;
  const has = wantedTerms(call);
  const created: Condition = {
    ...(from === undefined ? {} : { gte: instantOf(from) }),
    ...(to === undefined ? {} : { lt: instantOf(to) }),
  };
  const query: FindQuery = {
    has,
    where: {
      ...(has.length > 0 ? {} : visibleTo(call.caller)),
      ...(Object.keys(created).length === 0 ? {} : { createdAt: created }),
    },
    sort: 'createdAt',
    descending: true,
    limit,
  };
  const keep = keepOf(call);
  if (keep === null || skip === 0) return search(files, { ...query, after, ...(keep === null && { skip }) }, keep);
  return passOver(skip, { ...query, after }, (page) => search(files, page, keep));
};
