import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecrets, fileSecretStore, loadOrCreateKeyFile, SecretNotFound, SecretUnreadable } from './index.ts';

const value = 'https://user:hunter2@example.com/a.mp4?signature=very-secret-é';

describe('secrets', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ffapi-secrets-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const make = (key = randomBytes(32)) => {
    const store = fileSecretStore(join(dir, 'store'));
    return { key, store, secrets: createSecrets({ key, store }) };
  };

  it('gives back what was sealed, under a reference that says nothing', async () => {
    const { secrets } = make();
    const ref = await secrets.seal(value, { purpose: 'input-url' });
    expect(ref).toMatch(/^sec_[0-9a-f]{32}$/);
    expect(await secrets.open(ref)).toBe(value);
    expect(await secrets.seal(value, { purpose: 'input-url' })).not.toBe(ref);
  });

  it('never stores the plaintext, in no encoding of it', async () => {
    const { secrets } = make();
    const ref = await secrets.seal(value, { purpose: 'input-url' });
    const stored = await readFile(join(dir, 'store', ref));
    for (const encoding of ['utf8', 'base64', 'hex'] as const) {
      const needle = Buffer.from('hunter2').toString(encoding).slice(0, 8);
      expect(stored.includes(needle)).toBe(false);
      expect(Buffer.from(JSON.parse(stored.toString()).ciphertext, 'base64').includes(needle)).toBe(false);
    }
    expect((await stat(join(dir, 'store', ref))).mode & 0o777).toBe(0o600);
    expect((await readdir(join(dir, 'store'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('refuses another key, another reference and every changed field', async () => {
    const { secrets, store } = make();
    const ref = await secrets.seal(value, { purpose: 'input-url' });
    await expect(make().secrets.open(ref)).rejects.toBeInstanceOf(SecretUnreadable);
    const envelope = JSON.parse(Buffer.from((await store.get(ref))!).toString());
    const other = `sec_${'0'.repeat(32)}`;
    await store.put(other, Buffer.from(JSON.stringify(envelope)));
    await expect(secrets.open(other)).rejects.toBeInstanceOf(SecretUnreadable);
    const changes = {
      purpose: 'other',
      tag: envelope.tag.slice(0, 6),
      nonce: randomBytes(12).toString('base64'),
      ciphertext: '',
    };
    for (const [field, changed] of Object.entries(changes)) {
      await store.put(ref, Buffer.from(JSON.stringify({ ...envelope, [field]: changed })));
      await expect(secrets.open(ref)).rejects.toBeInstanceOf(SecretUnreadable);
    }
    await store.put(ref, Buffer.from('not json'));
    await expect(secrets.open(ref)).rejects.toBeInstanceOf(SecretUnreadable);
  });

  it('opens with a key of before and seals with the new one', async () => {
    const { key, store, secrets } = make();
    const old = await secrets.seal(value, { purpose: 'x' });
    const rotated = createSecrets({ key: randomBytes(32), previousKeys: [key], store });
    expect(await rotated.open(old)).toBe(value);
    const fresh = await rotated.seal(value, { purpose: 'x' });
    await expect(secrets.open(fresh)).rejects.toBeInstanceOf(SecretUnreadable);
  });

  it('forgets what is deleted and never makes a path of a reference', async () => {
    const { secrets } = make();
    const ref = await secrets.seal(value, { purpose: 'x' });
    await secrets.delete(ref);
    await secrets.delete(ref);
    await secrets.delete('../store');
    await expect(secrets.open(ref)).rejects.toBeInstanceOf(SecretNotFound);
    await expect(secrets.open('../../etc/passwd')).rejects.toBeInstanceOf(SecretNotFound);
    expect(await readdir(join(dir, 'store'))).not.toEqual([]);
  });

  it('takes 32 bytes and nothing else as a key', () => {
    expect(() => make(randomBytes(16))).toThrow(RangeError);
  });
});

describe('key file', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ffapi-key-file-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('is made once, for its owner only, and is the same for all that start at once', async () => {
    const path = join(dir, 'deep', 'secrets.key');
    const keys = await Promise.all([1, 2, 3, 4].map(() => loadOrCreateKeyFile(path)));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(await loadOrCreateKeyFile(path)).toEqual(keys[0]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(dir, 'deep'))).toEqual(['secrets.key']);
  });

  it('is not replaced when it is damaged', async () => {
    const path = join(dir, 'damaged');
    await writeFile(path, 'short');
    await expect(loadOrCreateKeyFile(path)).rejects.toThrow('32 bytes');
    expect(await readFile(path, 'utf8')).toBe('short');
  });
});
