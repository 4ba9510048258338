import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Where sealed secrets lie; sees only ciphertext. */
export interface SecretStore {
  get(id: string): Promise<Uint8Array | null>;
  put(id: string, bytes: Uint8Array): Promise<void>;
  delete(id: string): Promise<void>;
}

export interface Secrets {
  /** Encrypts, stores and gives the reference that events may carry: `sec_…`. */
  seal(value: string, options: { purpose: string }): Promise<string>;
  /** The value behind a reference; throws `SecretNotFound` or `SecretUnreadable`. */
  open(ref: string): Promise<string>;
  delete(ref: string): Promise<void>;
}

export interface SecretsOptions {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Keys of before, so that what they sealed can still be opened. */
  readonly previousKeys?: readonly Uint8Array[] | undefined;
  readonly store: SecretStore;
}

/** No secret is stored under this reference, or no longer. */
export class SecretNotFound extends Error {
  override readonly name = 'SecretNotFound';
}

/** The stored bytes were sealed with another key, for another reference, or were changed. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
}

interface Envelope {
  readonly v: 1;
  readonly keyId: string;
  readonly purpose: string;
  readonly nonce: string;
  readonly tag: string;
  readonly ciphertext: string;
}

/** Keeps values that must not enter an event: AES-256-GCM, bound to reference and purpose. */
export const createSecrets = ({ key, previousKeys = [], store }: SecretsOptions): Secrets => {
  const keys = new Map([key, ...previousKeys].map((each) => [keyIdOf(each), each]));
  const keyId = keyIdOf(key);
  return {
    seal: async (value, { purpose }) => {
      const ref = `sec_${randomBytes(16).toString('hex')}`;
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(ref, purpose));
      const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]).toString('base64');
      const sealed = { nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64'), ciphertext };
      await store.put(ref, Buffer.from(JSON.stringify({ v: 1, keyId, purpose, ...sealed } satisfies Envelope)));
      return ref;
    },
    open: async (ref) => {
      const bytes = isRef(ref) ? await store.get(ref) : null;
      if (!bytes) throw new SecretNotFound(`no secret ${ref}`);
      return unseal(ref, bytes, keys);
    },
    delete: async (ref) => {
      if (isRef(ref)) await store.delete(ref);
    },
  };
};

const isRef = (ref: string): boolean => /^sec_[0-9a-f]{32}$/.test(ref);

const unseal = (ref: string, bytes: Uint8Array, keys: ReadonlyMap<string, Uint8Array>): string => {
  try {
    const { keyId, purpose, nonce, tag, ciphertext } = JSON.parse(Buffer.from(bytes).toString()) as Envelope;
    const key = keys.get(keyId);
    if (!key) throw new Error(`no key ${keyId}`);
    // The length is pinned: GCM would otherwise take a shortened, guessable tag.
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'), { authTagLength: 16 });
    decipher.setAAD(boundTo(ref, purpose)).setAuthTag(Buffer.from(tag, 'base64'));
    return Buffer.concat([decipher.update(ciphertext, 'base64'), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new SecretUnreadable(`secret ${ref} cannot be opened`, { cause: error });
  }
};

const boundTo = (ref: string, purpose: string): Buffer => Buffer.from(JSON.stringify([ref, purpose]));

/** Names a key without telling anything about it. */
const keyIdOf = (key: Uint8Array): string => {
  if (key.byteLength !== 32) throw new RangeError('a secrets key has 32 bytes');
  return createHash('sha256').update('ffapi secrets key id').update(key).digest('hex').slice(0, 16);
};
