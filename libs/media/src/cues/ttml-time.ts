/** How a document counts frames and ticks. */
export interface Clock {
  readonly framesPerSecond: number;
  readonly ticksPerSecond: number;
}

const positive = (text: string | undefined): number | null => {
  const value = Number(text);
  return value > 0 && Number.isFinite(value) ? value : null;
};

/** The clock in the attributes of the document's element. */
export const clockOf = (attributes: ReadonlyMap<string, string>): Clock => {
  const [num, den] = (attributes.get('frameratemultiplier') ?? '').split(/[\s:]+/).map(positive);
  const rate = positive(attributes.get('framerate'));
  const framesPerSecond = (rate ?? 30) * (num && den ? num / den : 1);
  return {
    framesPerSecond,
    ticksPerSecond: positive(attributes.get('tickrate')) ?? (rate === null ? 1 : framesPerSecond),
  };
};

const clockTime = /^(\d{1,6}):(\d{2}):(\d{2})(?:[.,](\d{1,9})|:(\d{1,4})(?:\.\d+)?)?$/;
const offsetTime = /^(\d{1,12}(?:\.\d{1,9})?)(h|m|s|ms|f|t)$/;

/** Milliseconds of a TTML time expression; null where it is none. */
export const readTtmlTime = (text: string | undefined, clock: Clock): number | null => {
  const said = (text ?? '').trim();
  const [, hours, minutes, seconds, fraction, frames] = clockTime.exec(said) ?? [];
  if (hours !== undefined) {
    const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    const part = fraction === undefined ? Number(frames ?? 0) / clock.framesPerSecond : Number(`0.${fraction}`);
    return Math.round((whole + part) * 1000);
  }
  const [, value, unit = ''] = offsetTime.exec(said) ?? [];
  if (value === undefined) return null;
  const millisecondsOf: Readonly<Record<string, number>> = {
    h: 3_600_000,
    m: 60_000,
    s: 1000,
    ms: 1,
    f: 1000 / clock.framesPerSecond,
    t: 1000 / clock.ticksPerSecond,
  };
  return Math.round(Number(value) * (millisecondsOf[unit] ?? 0));
};
