import type { SendAnswer } from './send.ts';

const secondsMax = 3_600;

/** Milliseconds that an answer asks to wait, given as whole seconds and held to an hour (RFC 9110, 10.2.3). */
export const retryAfterMsOf = ({ headers }: Pick<SendAnswer, 'headers'>): number | null => {
  const header = headers['retry-after'];
  const seconds = typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : null;
  return seconds === null ? null : Math.min(seconds, secondsMax) * 1000;
};
