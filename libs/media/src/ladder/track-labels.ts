import { languageCode, shortLanguage } from '@ffapi/contracts';

/** What players show of one of several tracks, and choose it by. */
export interface TrackLabel {
  /** Unlike every other name of its kind. */
  readonly name: string;
  /** RFC 5646; absent: unknown. */
  readonly language?: string;
  /** It is played unless somebody chooses another. */
  readonly isDefault: boolean;
  /** A player may choose it by the language of its user. */
  readonly isAutoselected: boolean;
  readonly purpose?: 'commentary' | 'description' | 'forced' | 'deaf';
  readonly channels?: number;
}

/** What a file says of a track. */
export interface Labelled {
  readonly language: string | null;
  readonly title?: string;
  readonly isDefault?: true;
  readonly purpose?: TrackLabel['purpose'];
  readonly channels?: number;
}

/** A language as containers write it, in the shortest form of RFC 5646: `de` of `ger`; null where it says nothing. */
export const languageTag = (written: string | null): string | null => {
  // A transport stream names both languages of a track that has one in each ear.
  const [primary = '', ...rest] = (written ?? '').split(',')[0]?.split('-') ?? [];
  const isKnown = /^[a-z]{2,3}$/i.test(primary) && !['und', 'mis', 'zxx'].includes(primary.toLowerCase());
  if (!isKnown || languageCode(primary) === null) return null;
  return [shortLanguage(primary), ...rest.filter((part) => /^[a-z0-9]{2,8}$/i.test(part))].join('-');
};

const lettersMax = 80;

/** One line that stands between quotation marks. */
const plainName = (title: string): string =>
  title
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
    .replaceAll('"', '’')
    .trim()
    .slice(0, lettersMax);

/** The name that a language has for itself. */
const nameOfLanguage = (tag: string): string => {
  const own = new Intl.DisplayNames([tag], { type: 'language', fallback: 'none' }).of(tag);
  const name = own ?? new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
};

/** Names as they are, or with a number behind them where another track has that name. */
const distinct = (names: readonly string[]): string[] => {
  const taken = new Set<string>();
  return names.map((name) => {
    let unlike = name;
    for (let n = 2; taken.has(unlike); n++) unlike = `${name} (${n})`;
    taken.add(unlike);
    return unlike;
  });
};

/**
 * Labels of the tracks of one kind, in their order. `otherwise` are the names of those that have neither title nor
 * language; of subtitles none is shown unless somebody chooses it.
 */
export const trackLabels = (
  tracks: readonly Labelled[],
  otherwise: readonly string[],
  defaults: 'one' | 'none' = 'one',
): TrackLabel[] => {
  const languages = tracks.map(({ language }) => languageTag(language));
  const names = tracks.map(({ title = '' }, n) => {
    const language = languages[n] ?? null;
    return plainName(title) || (language === null ? (otherwise[n] ?? '') : nameOfLanguage(language));
  });
  const first = Math.max(
    0,
    tracks.findIndex(({ isDefault, purpose }) => isDefault === true && purpose === undefined),
  );
  const seen = new Set<string>();
  return distinct(names).map((name, n): TrackLabel => {
    const { purpose, channels } = tracks[n] ?? { language: null };
    const language = languages[n] ?? null;
    const kind = `${language} ${purpose}`;
    const isDefault = n === first && defaults === 'one';
    const isAutoselected = isDefault || (language !== null && purpose !== 'commentary' && !seen.has(kind));
    seen.add(kind);
    return {
      name,
      ...(language === null ? {} : { language }),
      isDefault,
      isAutoselected,
      ...(purpose === undefined ? {} : { purpose }),
      ...(channels === undefined ? {} : { channels }),
    };
  });
};
