import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { parsePasswordHash, passwordHashText, type PasswordHash } from './password-hash.ts';
import { RequestRefused } from '../requests/index.ts';

/** OWASP's first choice for argon2id; a hash takes about 40 ms and this much memory. */
const cost = { memoryKib: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const tagBytes = 32;
/** At a time, so that a flood of logins leaves the threads to others. */
const atOnceMax = 2;
const waitingMax = 32;

const derive = promisify(argon2);

/** Password hashes, computed off the event loop, a few at a time. */
export class Passwords {
  readonly #pepper: Buffer;
  /** Of nobody: checked in place of an unknown user's, so that the time tells nothing. */
  readonly #nobody = passwordHashText({ ...cost, salt: randomBytes(saltBytes), tag: randomBytes(tagBytes) });
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(pepper: Buffer) {
    this.#pepper = pepper;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    return passwordHashText({ ...cost, salt, tag: await this.#tag(password, { ...cost, salt }) });
  }

  /** Whether this is the password of the hash; the same work where there is none. */
  async verify(hash: string | null, password: string): Promise<boolean> {
    const stored = parsePasswordHash(hash ?? this.#nobody);
    const isSame = timingSafeEqual(await this.#tag(password, stored), stored.tag);
    return isSame && hash !== null;
  }

  async #tag(password: string, { memoryKib, passes, parallelism, salt }: Omit<PasswordHash, 'tag'>): Promise<Buffer> {
    await this.#turn();
    try {
      return await derive('argon2id', {
        // One password, however it is typed (RFC 8265 asks for NFC).
        message: password.normalize('NFC'),
        nonce: salt,
        secret: this.#pepper,
        memory: memoryKib,
        passes,
        parallelism,
        tagLength: tagBytes,
      });
    } finally {
      const next = this.#waiting.shift();
      // Who waits takes the place over, so that nobody slips in between.
      if (next) next();
      else this.#running--;
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < atOnceMax) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= waitingMax) throw new RequestRefused('unavailable');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
