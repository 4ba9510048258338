import { z } from 'zod';

/** What each id prefix names; the prefix is part of the id everywhere it is shown. */
export const idKinds = {
  job: 'a job',
  task: 'one step of a job',
  file: 'a stored file',
  batch: 'a batch of jobs',
  wf: 'a workflow run',
  key: 'an API key (the tenant)',
  whk: 'a webhook subscription',
  dlv: 'a webhook delivery',
  share: 'a share link',
  user: 'a person who logs in (the tenant)',
  rev: 'a moderation review',
  inc: 'an incident',
  perf: 'a run of performance tests',
  cmd: 'a command',
  req: 'an HTTP request',
} as const;

export type IdKind = keyof typeof idKinds;
export type Id<K extends IdKind> = `${K}_${string}`;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

const encodeBase32 = (bytes: Uint8Array): string => {
  let out = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += alphabet[(buffer >>> bits) & 31];
      buffer &= (1 << bits) - 1;
    }
  }
  if (bits > 0) out += alphabet[(buffer << (5 - bits)) & 31];
  return out;
};

/**
 * An id that sorts by creation time: prefix, 48 bits of milliseconds, 80 random bits, in Crockford base 32
 * (the ULID layout, lower case). Pure: the caller gives time and ten random bytes.
 */
export const makeId = <K extends IdKind>(kind: K, nowMs: number, random: Uint8Array): Id<K> => {
  const bytes = new Uint8Array(16);
  let time = nowMs;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  return `${kind}_${encodeBase32(bytes)}`;
};

/** An id derived from other facts (a digest), so that repeating the work gives the same id. */
export const derivedId = <K extends IdKind>(kind: K, digest: Uint8Array): Id<K> =>
  `${kind}_${encodeBase32(digest.subarray(0, 16))}`;

/** The shape of an id of this kind, for schemas. */
export const idOf = <K extends IdKind>(kind: K) =>
  z
    .string()
    .regex(new RegExp(`^${kind}_[0-9a-z]{4,64}$`), `must look like ${kind}_…`)
    .meta({ description: `The id of ${idKinds[kind]}.`, examples: [`${kind}_01k9vjz6f8e2m3q4r5s6t7v8w9`] });
