import type { ParamIssue } from '../operation.ts';
import type { SubtitlesExtractParams } from './extract.operation.ts';
import type { SubtitlesMuxParams } from './mux.operation.ts';

const conflict = (pointer: string, message: string): ParamIssue => ({ pointer, code: 'param_conflict', message });

/** A track is named by number or by language. */
export const checkExtract = ({ track, language }: SubtitlesExtractParams): ParamIssue[] =>
  track !== undefined && language !== undefined ? [conflict('/language', 'give track or language, not both')] : [];

/** Players show one track unasked. */
export const checkMux = ({ tracks }: SubtitlesMuxParams): ParamIssue[] => {
  const [, second] = tracks.flatMap((track, n) => (track.default ? [n] : []));
  return second === undefined ? [] : [conflict(`/tracks/${second}/default`, 'only one track can be the default')];
};
