import type { KV } from '@nats-io/kv';
import { isLostRace, openBucket } from '@ffapi/bus';
import { Refusal } from '@ffapi/es';
import { keyDigest, type ServiceContext } from '@ffapi/service-kit';
import { plainRecoveryCode } from './recovery-codes.ts';
import { totpStep } from './totp.ts';
import type { User, UserDirectory, Ordered } from '../people/index.ts';

/** Longer than a code of an authenticator app can be right. */
const usedMs = 5 * 60_000;

/** Checks codes of people: those of an authenticator app, and recovery codes; each works once. */
export class SecondFactor {
  readonly #context: Pick<ServiceContext, 'now' | 'secrets'>;
  readonly #users: UserDirectory;
  readonly #pepper: Buffer;
  readonly #used: KV;

  private constructor(context: ServiceContext, users: UserDirectory, pepper: Buffer, used: KV) {
    this.#context = context;
    this.#users = users;
    this.#pepper = pepper;
    this.#used = used;
  }

  static async open(context: ServiceContext, users: UserDirectory, pepper: Buffer): Promise<SecondFactor> {
    const used = await openBucket(context.connection, 'TOTP_USED', { history: 1, ttl: usedMs });
    return new SecondFactor(context, users, pepper, used);
  }

  /** What is kept of a recovery code. */
  digestOf(code: string): string {
    return keyDigest(this.#pepper, plainRecoveryCode(code)).toString('hex');
  }

  /** The secret behind a reference, as bytes. */
  async secret(ref: string): Promise<Buffer> {
    return Buffer.from(await this.#context.secrets.open(ref), 'base64');
  }

  /** Whether a code is right and was not used before; then it is used. */
  async spend(user: User, secret: Buffer, code: string, from: Ordered): Promise<boolean> {
    const plain = code.replaceAll(/\s/g, '');
    return /^\d{6}$/.test(plain) ? this.spendTotp(user.userId, secret, plain) : this.#spendRecovery(user, code, from);
  }

  async spendTotp(userId: string, secret: Buffer, code: string): Promise<boolean> {
    const step = totpStep(secret, code, Date.parse(this.#context.now()));
    if (step === null) return false;
    try {
      await this.#used.create(`${userId}.${step}`, '');
      return true;
    } catch (error) {
      if (isLostRace(error)) return false;
      throw error;
    }
  }

  async #spendRecovery(user: User, code: string, from: Ordered): Promise<boolean> {
    try {
      await this.#users.order(user.userId, { type: 'UseRecoveryCode', digest: this.digestOf(code) }, from);
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'code_invalid') return false;
      throw error;
    }
  }
}
