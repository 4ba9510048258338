const clock = String.raw`(-?)(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,:;](\d{1,3})\d*)?`;
const timingLine = new RegExp(String.raw`^\s*${clock}\s*-->\s*${clock}(?:\s+(.*))?$`);

export interface Timing {
  readonly startMs: number;
  readonly endMs: number;
  /** What stands behind the times: settings in WebVTT, coordinates in SRT. */
  readonly settings: string;
}

/** A fraction of one digit is tenths of a second, not milliseconds. */
const milliseconds = (parts: readonly (string | undefined)[]): number => {
  const [sign, hours = '0', minutes = '0', seconds = '0', fraction = ''] = parts;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const total = whole * 1000 + Number(fraction.padEnd(3, '0'));
  return sign === '-' ? -total : total;
};

/** The times of a line such as `00:00:01,000 --> 00:00:02.5`; null for any other line. */
export const readTiming = (line: string): Timing | null => {
  if (line.length > 4096 || !line.includes('-->')) return null;
  const match = timingLine.exec(line);
  if (!match) return null;
  return {
    startMs: milliseconds(match.slice(1, 6)),
    endMs: milliseconds(match.slice(6, 11)),
    settings: match[11] ?? '',
  };
};

/** Dashes of any kind and length, and an arrow that a page has escaped. */
const looseArrow = /[-\u2010-\u2015\u2212]{1,3}(?:>|&gt;)/;

const asciiOf: Readonly<Record<string, string>> = { '：': ':', '，': ',', '．': '.', '；': ';' };

/** Undoes what word processors and translators do to a line of times. */
const tidied = (line: string): string =>
  line
    .replaceAll(/[：，．；]/g, (sign) => asciiOf[sign] ?? sign)
    .replace(looseArrow, '-->')
    .replaceAll(/(\d)[ \t]?([:,.;])[ \t]?(?=\d)/g, '$1$2');

/** The same as SRT files have it: with short and long dashes, blanks around colons, and full-width signs. */
export const readLooseTiming = (line: string): Timing | null => {
  if (line.length > 4096 || !looseArrow.test(line)) return null;
  return readTiming(line) ?? readTiming(tidied(line));
};

/** The line as text that is no line of times. */
export const withoutTiming = (line: string): string =>
  readLooseTiming(line) === null ? line : line.replace(looseArrow, '→');

const two = (value: number): string => String(value).padStart(2, '0');

/** `00:00:01,000`, with the separator of the format. */
export const showTime = (timeMs: number, separator: ',' | '.'): string => {
  const seconds = Math.floor(timeMs / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  return `${parts.join(':')}${separator}${String(timeMs % 1000).padStart(3, '0')}`;
};

const timeTag = /<(?:(\d{1,4}):)?(\d{2}):(\d{2})\.(\d{3})>/g;

/** The text of a WebVTT cue whose times within, at which its words appear, are moved like the cue itself. */
export const shiftTimeTags = (text: string, shiftMs: number): string =>
  text.replaceAll(timeTag, (_, ...parts: (string | undefined)[]) => {
    const timeMs = milliseconds(['', ...parts.slice(0, 4)]) + shiftMs;
    return timeMs < 0 ? '' : `<${showTime(timeMs, '.')}>`;
  });
