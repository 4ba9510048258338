import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '@ffapi/read-model';

/** How long the chain was at a time, and what it ended with. */
export interface SealedEnd {
  /** Of the event store: another store has another chain. */
  readonly incarnation: string;
  readonly projectionVersion: number;
  readonly rows: number;
  readonly hash: string;
  readonly position: number;
  readonly sealedAt: string;
}

export interface Seal extends SealedEnd {
  /** HMAC-SHA-256 of the rest in hex. */
  readonly mac: string;
}

const macOf = (key: Buffer, end: SealedEnd): string =>
  createHmac('sha256', key).update(canonicalJson(end)).digest('hex');

export const sealed = (key: Buffer, end: SealedEnd): Seal => ({ ...end, mac: macOf(key, end) });

/** The seal of this text, or `null` when this key did not make it. */
export const readSeal = (key: Buffer, text: string): Seal | null => {
  let seal: Seal;
  try {
    seal = JSON.parse(text) as Seal;
  } catch {
    return null;
  }
  const { mac, ...end } = seal;
  const [given, due] = [Buffer.from(String(mac)), Buffer.from(macOf(key, end))];
  return given.length === due.length && timingSafeEqual(given, due) ? seal : null;
};
