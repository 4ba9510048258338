import { createHmac, timingSafeEqual } from 'node:crypto';

const stepSeconds = 30;
const digits = 6;
/** Steps of a clock that is wrong (RFC 6238, 5.2). */
const stepsAside = [-1, 0, 1];

/** Bytes of a new secret: as long as the HMAC (RFC 4226, 4). */
export const totpSecretBytes = 20;

/** The code of one time step (RFC 6238 with SHA-1, which is what authenticator apps take). */
export const totpCode = (secret: Uint8Array, step: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac[19] ?? 0) & 15;
  const number = (mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 10 ** digits;
  return String(number).padStart(digits, '0');
};

/** The time step that a code belongs to, or `null`: none near. The same work for every code. */
export const totpStep = (secret: Uint8Array, code: string, nowMs: number): number | null => {
  const given = Buffer.from(code.padEnd(digits).slice(0, digits));
  const current = Math.floor(nowMs / 1000 / stepSeconds);
  const matching = stepsAside
    .map((aside) => current + aside)
    .filter((step) => {
      const expected = Buffer.from(totpCode(secret, step));
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  return code.length === digits ? (matching[0] ?? null) : null;
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding. */
export const base32 = (bytes: Uint8Array): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
};

/** What an authenticator app reads as a QR code. */
export const otpauthUri = (name: string, secret: Uint8Array): string =>
  `otpauth://totp/FFAPI:${encodeURIComponent(name)}?secret=${base32(secret)}&issuer=FFAPI&algorithm=SHA1&digits=${digits}&period=${stepSeconds}`;
