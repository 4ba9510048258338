import type { ParamIssue } from '../operation.ts';
import type { SubtitlesExtractParams } from './extract.operation.ts';
import { languageCode } from './language.ts';
import type { SubtitlesMuxParams } from './mux.operation.ts';
import type { SubtitlesTranslateParams } from './translate.operation.ts';

const conflict = (pointer: string, message: string): ParamIssue => ({ pointer, code: 'param_conflict', message });

/** A track is named by number or by language. */
export const checkTrack = ({ track, language }: Pick<SubtitlesExtractParams, 'track' | 'language'>): ParamIssue[] =>
  track !== undefined && language !== undefined ? [conflict('/language', 'give track or language, not both')] : [];

/** Players show one track unasked. */
export const checkMux = ({ tracks }: SubtitlesMuxParams): ParamIssue[] => {
  const [, second] = tracks.flatMap((track, n) => (track.default ? [n] : []));
  return second === undefined ? [] : [conflict(`/tracks/${second}/default`, 'only one track can be the default')];
};

/** A translation has two languages. Variants of one are not translated by anyone. */
export const checkTranslate = ({ from_lang: from, to_lang: to }: SubtitlesTranslateParams): ParamIssue[] =>
  languageCode(from) === languageCode(to) ? [conflict('/to_lang', 'is the language that is translated from')] : [];
