/** How argon2id is run, and what came of it. */
export interface PasswordHash {
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** In the PHC string format, version 0x13. */
export const passwordHashText = ({ memoryKib, passes, parallelism, salt, tag }: PasswordHash): string =>
  `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;

const shape = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Reads what `passwordHashText` wrote, also under other costs. */
export const parsePasswordHash = (text: string): PasswordHash => {
  const match = shape.exec(text);
  if (!match) throw new Error('a stored password hash cannot be read');
  const [, memoryKib, passes, parallelism, salt = '', tag = ''] = match;
  return {
    memoryKib: Number(memoryKib),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
};
