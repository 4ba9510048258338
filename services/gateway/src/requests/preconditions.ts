/** An entity tag of RFC 9110 §8.8.3 as it was sent. */
interface Tag {
  readonly isWeak: boolean;
  readonly opaque: string;
}

/** The tags of a list, `*`, or `null` for what is neither; members of a list may be empty (§5.6.1.2). */
const tagsOf = (header: string): readonly Tag[] | '*' | null => {
  if (header.trim() === '*') return '*';
  const tags: Tag[] = [];
  const list = /[\t ]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)")?[\t ]*(,|$)/y;
  while (list.lastIndex <= header.length) {
    const found = list.exec(header);
    if (!found) return null;
    const [, weak, opaque, comma] = found;
    if (opaque !== undefined) tags.push({ isWeak: weak !== undefined, opaque });
    if (comma === '') break;
  }
  return tags.length > 0 ? tags : null;
};

const opaqueOf = (etag: string): string => etag.replace(/^W\//, '').slice(1, -1);

/** `If-Match`: a strong tag of the list is the answer's own, which must be strong, too. */
const matchesStrongly = (header: string, etag: string): boolean => {
  const tags = tagsOf(header);
  if (tags === '*') return true;
  return !etag.startsWith('W/') && (tags ?? []).some(({ isWeak, opaque }) => !isWeak && opaque === opaqueOf(etag));
};

/** `If-None-Match`: a tag of the list is the answer's own, weak or not; what is no list matches nothing. */
export const matchesWeakly = (header: string | undefined, etag: string): boolean => {
  const tags = tagsOf(header ?? '');
  return tags === '*' || (tags ?? []).some(({ opaque }) => opaque === opaqueOf(etag));
};

export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifRange?: string | undefined;
}

/**
 * What the conditions of a GET or HEAD come to (RFC 9110 §13.2.2), for a representation that has an entity tag and no
 * date: conditions on a date do not apply to it. `whole`: a range that was asked for is of another one.
 */
export const judgeConditions = (
  { ifMatch, ifNoneMatch, ifRange }: Conditions,
  etag: string,
): 'failed' | 'not-modified' | 'whole' | 'proceed' => {
  if (ifMatch !== undefined && !matchesStrongly(ifMatch, etag)) return 'failed';
  if (ifNoneMatch !== undefined && matchesWeakly(ifNoneMatch, etag)) return 'not-modified';
  if (ifRange !== undefined && (ifRange.trim() === '*' || !matchesStrongly(ifRange, etag))) return 'whole';
  return 'proceed';
};
