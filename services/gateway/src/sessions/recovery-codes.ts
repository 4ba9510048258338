const count = 10;
const letters = 10;
/** No letter that is mistaken for another (Crockford); 32 of them, so that every byte is fair. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Bytes that all recovery codes take. */
export const recoveryCodeBytes = count * letters;

/** Ten codes `XXXXX-XXXXX` of 50 bits each. */
export const makeRecoveryCodes = (random: Uint8Array): string[] =>
  Array.from({ length: count }, (_, n) => {
    const bytes = random.subarray(n * letters, (n + 1) * letters);
    const text = [...bytes].map((byte) => alphabet[byte & 31]).join('');
    return `${text.slice(0, 5)}-${text.slice(5)}`;
  });

/** As it is compared: people write small letters and leave out the dash. */
export const plainRecoveryCode = (given: string): string =>
  given.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
