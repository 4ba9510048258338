import type { Container } from '@ffapi/contracts';
import type { Token } from '../argv/token.ts';
import { chapterPlan } from '../encode/chapters.ts';
import type { ChapterRequest } from '../encode/chapters.ts';
import { coverArgs, keptCovers } from '../encode/covers.ts';
import { lossesOf } from '../encode/losses.ts';
import { languageArgs, pieceArgs } from '../encode/track-tags.ts';
import { chooseSubtitles } from '../encode/subtitles.ts';
import type { SoundSource } from './source.ts';
import type { SoundTarget } from './target.ts';

/** What goes along with a track of sound that is filtered: its names, chapters and covers. */
export interface Along {
  /** An input behind all others. */
  readonly input: readonly Token[];
  readonly args: readonly string[];
  readonly scratch: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** Containers whose tracks have names; in others a track's title would be taken for that of the whole. */
const namesTracks: ReadonlySet<Container> = new Set(['mp4', 'mov', 'm4a', 'mkv', 'webm']);

/** A graph's output knows nothing of where it came from; told so for one stream, FFmpeg must be told for each. */
const nameArgs = (
  { facts, sound }: SoundSource,
  { container, picture }: SoundTarget,
  covers: readonly number[],
): string[] => {
  const isNamed = sound.language !== null || sound.title !== undefined;
  if (!isNamed || !namesTracks.has(container)) return [];
  const texts = picture === null ? [] : chooseSubtitles(facts.subtitles, container).maps;
  const pictures = picture === null ? covers : [picture.index];
  return [
    ...pictures.flatMap((index, n) => [`-map_metadata:s:v:${n}`, `0:s:${index}`]),
    '-map_metadata:s:a:0',
    `0:s:${sound.index}`,
    ...texts.flatMap((index, n) => [`-map_metadata:s:s:${n}`, `0:s:${index}`]),
    // The name of the encoder that was used before.
    '-metadata:s:a:0',
    'encoder=',
  ];
};

/** What goes along where the output is as long as this, and its moments lie elsewhere. */
export const goesAlong = (
  source: SoundSource,
  target: SoundTarget,
  place: Pick<ChapterRequest, 'lengthMs' | 'moved'>,
): Along => {
  const { facts, sound } = source;
  const { container, picture } = target;
  const covers = picture === null ? keptCovers(facts, container) : [];
  const chapters = chapterPlan({ ...place, chapters: facts.chapters ?? [], container, inputs: 1 });
  const kept = [picture?.index ?? [], sound.index, covers.map(({ index }) => index)].flat();
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const languages = languageArgs([{ kind: 'a', at: 0, language: sound.language }], container, warn);
  return {
    ...chapters,
    args: [
      ...coverArgs(covers),
      ...pieceArgs(facts, sound),
      ...nameArgs(
        source,
        target,
        covers.map(({ index }) => index),
      ),
      ...languages,
      ...chapters.args,
    ],
    warnings: [
      ...warnings,
      ...lossesOf(facts, { container, streams: kept, isFilm: picture !== null }),
      ...chapters.warnings,
    ],
  };
};
