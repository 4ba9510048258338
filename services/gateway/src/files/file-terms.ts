import type { AssetDescription, AssetStoredData } from '@ffapi/contracts';

type Described = Pick<AssetStoredData, 'apiKeyId' | 'name' | 'media'> & Pick<AssetDescription, 'tags'>;

/** What files are found by; each is one word of an index. */
export const term = {
  owner: (apiKeyId: string): string => `by:${apiKeyId}`,
  tag: (tag: string): string => `tag:${tag}`,
  format: (format: string): string => `as:${format.toLowerCase()}`,
  codec: (codec: string): string => `codec:${codec.toLowerCase()}`,
} as const;

/** The ending of a name, without its dot; '' where it has none. */
const endingOf = (name: string): string => /[^.]\.([^.]+)$/.exec(name)?.[1] ?? '';

/** Everything that one file is found by. */
export const termsOf = ({ apiKeyId, name, media, tags }: Described): readonly string[] => [
  term.owner(apiKeyId),
  ...tags.map(term.tag),
  ...(endingOf(name) === '' ? [] : [term.format(endingOf(name))]),
  ...new Set([media?.videoCodec, media?.audioCodec].filter((codec) => typeof codec === 'string').map(term.codec)),
];
