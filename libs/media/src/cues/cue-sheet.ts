import { parseAss, writeAss } from './ass.ts';
import { plainAssHead } from './ass-style.ts';
import type { Cue, CueFormat, CueSheet } from './cue.ts';
import { parseSrt, writeSrt } from './srt.ts';
import { parseVtt, writeVtt } from './vtt.ts';

/** Control characters mean nothing in subtitles, and end strings in libraries below. */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/g;

const linesOf = (text: string): string[] => text.replaceAll(controls, '').split(/\r\n|\r|\n/);

const formatOf = (lines: readonly string[]): CueFormat => {
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? '';
  if (/^WEBVTT(\s|$)/.test(first)) return 'vtt';
  if (/^\[script info\]$/i.test(first)) return 'ass';
  return lines.some((line) => /^\[(events|v4\+? styles)\]$/i.test(line.trim())) ? 'ass' : 'srt';
};

const parsers: Readonly<Record<CueFormat, (lines: readonly string[]) => CueSheet>> = {
  srt: parseSrt,
  vtt: parseVtt,
  ass: parseAss,
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

/** The cues as a file; `own` are an ASS file's info and styles, which its own events need. */
export const writeCues = (cues: readonly Cue[], format: CueFormat, own?: string): string => {
  if (format === 'srt') return writeSrt(cues);
  return format === 'vtt' ? writeVtt(cues) : writeAss(cues, own ?? plainAssHead, own !== undefined);
};
