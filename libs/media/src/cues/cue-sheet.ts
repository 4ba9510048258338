import { parseAss, writeAss } from './ass.ts';
import { plainAssHead } from './ass-style.ts';
import type { Cue, CueFormat, CueSheet, SourceFormat } from './cue.ts';
import { isLrc, parseLrc } from './lrc.ts';
import { isMicroDvd, parseMicroDvd } from './microdvd.ts';
import { isSbv, parseSbv } from './sbv.ts';
import { parseSrt, writeSrt } from './srt.ts';
import { isTtml, parseTtml } from './ttml.ts';
import { parseVtt, writeVtt } from './vtt.ts';

/** Control characters mean nothing in subtitles, and end strings in libraries below. */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/g;

/** A line that was ended twice, once for each of two systems, is one line. */
const linesOf = (text: string): string[] => text.replaceAll(controls, '').split(/\r{0,2}\n|\r/);

const formatOf = (lines: readonly string[]): SourceFormat => {
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? '';
  if (/^WEBVTT(\s|$)/.test(first)) return 'vtt';
  if (/^\[script info\]$/i.test(first)) return 'ass';
  if (isTtml(first, lines)) return 'ttml';
  if (isSbv(first)) return 'sbv';
  if (isMicroDvd(first)) return 'microdvd';
  if (lines.some((line) => /^\[(events|v4\+? styles)\]$/i.test(line.trim()))) return 'ass';
  return isLrc(first, lines) ? 'lrc' : 'srt';
};

const parsers: Readonly<Record<SourceFormat, (lines: readonly string[]) => CueSheet>> = {
  srt: parseSrt,
  vtt: parseVtt,
  ass: parseAss,
  sbv: parseSbv,
  lrc: parseLrc,
  ttml: parseTtml,
  microdvd: parseMicroDvd,
};

/** Reads a subtitle file of any known format; without cues it was none, or an empty one. */
export const parseCues = (text: string): CueSheet => {
  const lines = linesOf(text);
  return parsers[formatOf(lines)](lines);
};

export const cueTypes: Readonly<Record<CueFormat, string>> = {
  srt: 'application/x-subrip',
  vtt: 'text/vtt',
  ass: 'text/x-ssa',
};

/** What of a sheet's own a file in this format keeps, and what the reader noted of the rest. */
export const keptIn = (sheet: CueSheet, format: CueFormat): { head: string | undefined; notes: readonly string[] } =>
  sheet.format === format
    ? { head: sheet.assHead ?? sheet.vttHead, notes: sheet.ownNotes ?? sheet.notes }
    : { head: undefined, notes: sheet.notes };

/** The format to write a sheet in where none is named: its own, or SRT where that is only read. */
export const writtenFormat = ({ format }: CueSheet): CueFormat =>
  format === 'vtt' || format === 'ass' ? format : 'srt';

/** The cues as a file; `own` is the head of a file of the same format, whose styles its own cues need. */
export const writeCues = (cues: readonly Cue[], format: CueFormat, own?: string): string => {
  if (format === 'srt') return writeSrt(cues);
  return format === 'vtt' ? writeVtt(cues, own) : writeAss(cues, own ?? plainAssHead, own !== undefined);
};
