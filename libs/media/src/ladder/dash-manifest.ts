import type { CaptionTrack, LadderPost } from '../plans/plan.ts';
import { dashCaptionPath } from './captions.ts';
import type { TrackLabel } from './track-labels.ts';

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const roles: Readonly<Record<NonNullable<TrackLabel['purpose']>, string>> = {
  commentary: 'commentary',
  description: 'description',
  forced: 'forced-subtitle',
  deaf: 'caption',
};

const roleOf = ({ purpose, isDefault }: TrackLabel, otherwise: string): string =>
  purpose === undefined ? (isDefault ? 'main' : otherwise) : roles[purpose];

const indent = '\t\t\t';

const labelLines = (label: TrackLabel, role: string): string =>
  `${indent}<Label>${escapeXml(label.name)}</Label>\n` +
  `${indent}<Role schemeIdUri="urn:mpeg:dash:role:2011" value="${role}" />\n`;

const setPattern = /\t*<AdaptationSet ([^>]*)>\n([^]*?)\t*<\/AdaptationSet>\n/g;

interface AdaptationSet {
  readonly attributes: string;
  readonly body: string;
}

const largest = (sets: readonly AdaptationSet[], attribute: string): number =>
  Math.max(...sets.map(({ attributes }) => Number(new RegExp(`${attribute}="(\\d+)"`).exec(attributes)?.[1] ?? 0)));

const written = (id: number, attributes: string, body: string): string =>
  `\t\t<AdaptationSet id="${id}" ${attributes.replace(/^id="\d+" /, '')}>\n${body}\t\t</AdaptationSet>\n`;

/**
 * All rungs in one set. FFmpeg refuses that where their sizes are not exactly of one shape, as 854x480 and 1280x720;
 * so it is given a set for each.
 */
const pictureSet = (sets: readonly AdaptationSet[]): string[] => {
  const [first] = sets;
  if (first === undefined) return [];
  const attributes = first.attributes
    .replace(/ par="[^"]*"/, '')
    .replace(/maxWidth="\d+"/, `maxWidth="${largest(sets, 'maxWidth')}"`)
    .replace(/maxHeight="\d+"/, `maxHeight="${largest(sets, 'maxHeight')}"`);
  return [written(0, attributes, sets.map(({ body }) => body).join(''))];
};

const soundSet = ({ attributes, body }: AdaptationSet, id: number, label: TrackLabel | undefined): string => {
  if (label === undefined) return written(id, attributes, body);
  const spoken = label.language === undefined ? attributes : attributes.replace(/ ?lang="[^"]*"/, '');
  const language = label.language === undefined ? '' : ` lang="${label.language}"`;
  return written(id, spoken + language, labelLines(label, roleOf(label, 'alternate')) + body);
};

const captionSet = (track: CaptionTrack, id: number): string => {
  const { label, text, durationMs, name } = track;
  const bandwidth = Math.max(1, Math.ceil((new TextEncoder().encode(text).length * 8000) / Math.max(1, durationMs)));
  const language = label.language === undefined ? '' : ` lang="${label.language}"`;
  return written(
    id,
    `contentType="text" mimeType="text/vtt"${language}`,
    labelLines(label, roleOf({ ...label, isDefault: false }, 'subtitle')) +
      `${indent}<Representation id="${name}" bandwidth="${bandwidth}">\n` +
      `${indent}\t<BaseURL>${dashCaptionPath(track)}</BaseURL>\n${indent}</Representation>\n`,
  );
};

/** FFmpeg's manifest with all rungs in one set, and with what it does not know: names, languages, subtitles. */
export const dashManifest = (
  muxed: string,
  { renditions, labels, captions }: Pick<LadderPost, 'renditions' | 'labels' | 'captions'>,
): string => {
  const sets = [...muxed.matchAll(setPattern)].map(([, attributes = '', body = '']) => ({ attributes, body }));
  const pictures = renditions.filter(({ role }) => role === 'video').length;
  const sounds = renditions.filter(({ role }) => role === 'audio');
  const firstSound = pictures === 0 ? 0 : 1;
  const all = [
    ...pictureSet(sets.slice(0, pictures)),
    ...sets.slice(pictures).map((set, n) => soundSet(set, firstSound + n, labels[sounds[n]?.name ?? ''])),
    ...captions.map((track, n) => captionSet(track, firstSound + sounds.length + n)),
  ];
  const from = muxed.search(/\t*<AdaptationSet /);
  const to = muxed.lastIndexOf('</AdaptationSet>\n') + '</AdaptationSet>\n'.length;
  return from === -1 ? muxed : muxed.slice(0, from) + all.join('') + muxed.slice(to);
};
