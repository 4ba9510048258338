import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rollHash } from '@ffapi/es-jetstream';
import { createSecretBucket, type ServiceContext } from '@ffapi/service-kit';
import type { Head } from '@ffapi/es';
import {
  backupFolder,
  keyFiles,
  readLines,
  type BackedUpCommit,
  type BackedUpSecret,
  type BackupFolder,
  type BackupManifest,
} from './backup-folder.ts';

export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
}

/** The manifest of a whole backup, or a refusal that says what is wrong. */
export const wholeBackup = (dir: string): BackupManifest => {
  const manifest = backupFolder(dir).manifest();
  if (!manifest) throw new RestoreRefused(`${dir} holds no whole backup (no manifest.json): back up again`);
  return manifest;
};

/** Puts the keys of the backup into the data folder, before anything there makes keys of its own. */
export const restoreKeys = (dir: string, dataDir: string): void => {
  const { keys } = backupFolder(dir);
  mkdirSync(dataDir, { recursive: true });
  for (const name of keyFiles) {
    const [from, to] = [join(keys, name), join(dataDir, name)];
    if (!existsSync(from)) continue;
    if (existsSync(to) && readFileSync(to, 'utf8') !== readFileSync(from, 'utf8'))
      throw new RestoreRefused(`${to} is another one than the backup's: restore into an empty data folder`);
    copyFileSync(from, to);
  }
};

/** Fills an empty platform with what the backup holds; everything that is written is compared with its digest. */
export const restore = async (
  context: ServiceContext,
  { dir, onProgress }: { dir: string; onProgress: (text: string) => void },
): Promise<BackupManifest> => {
  const manifest = wholeBackup(dir);
  const folder = backupFolder(dir);
  if ((await context.store.lastPosition()) > 0)
    throw new RestoreRefused('the event store holds events already: restore into an empty one');
  await restoreBlobs(context, folder, onProgress);
  const bucket = await createSecretBucket(context.connection);
  for await (const { id, sealed } of readLines<BackedUpSecret>(folder.secrets))
    await bucket.put(id, Buffer.from(sealed, 'base64'));
  await restoreEvents(context, folder, manifest, onProgress);
  return manifest;
};

const restoreBlobs = async (
  { blobs: target }: ServiceContext,
  { blobs: source }: BackupFolder,
  onProgress: (text: string) => void,
): Promise<void> => {
  let count = 0;
  for await (const { sha256 } of source.list()) {
    const copy = await target.put(await source.get({ sha256 }));
    if (copy.sha256 !== sha256) throw new RestoreRefused(`the file ${sha256} of the backup is not what was copied`);
    if (++count % 1_000 === 0) onProgress(`${count} files`);
  }
};

const restoreEvents = async (
  { rawStore: store }: ServiceContext,
  { events }: BackupFolder,
  { commits, rollingHash: expectedHash }: BackupManifest,
  onProgress: (text: string) => void,
): Promise<void> => {
  const heads = new Map<string, Head>();
  let count = 0;
  let rollingHash = '';
  for await (const { stream, hash, ...commit } of readLines<BackedUpCommit>(events)) {
    const stored = await store.append(stream, heads.get(stream) ?? null, commit);
    if (stored.hash !== hash)
      throw new RestoreRefused(`the event at position ${commit.position} of the backup is not what was stored`);
    heads.set(stream, stored);
    rollingHash = rollHash(rollingHash, hash);
    if (++count % 10_000 === 0) onProgress(`${count} of ${commits} commits`);
  }
  if (count !== commits || rollingHash !== expectedHash)
    throw new RestoreRefused(`the backup holds ${count} of ${commits} commits, or others than were backed up`);
};
