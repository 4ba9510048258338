import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreCorrupt } from '@ffapi/es';
import { createChainCheck, rollHash } from '@ffapi/es-jetstream';
import { createSecretBucket, type ServiceContext } from '@ffapi/service-kit';
import {
  backupFolder,
  keyFiles,
  writeLines,
  type BackedUpCommit,
  type BackedUpSecret,
  type BackupFolder,
  type BackupManifest,
} from './backup-folder.ts';

export interface BackupOptions {
  readonly dir: string;
  /** Told now and then how far it is. */
  readonly onProgress: (text: string) => void;
}

/**
 * Copies events, secrets, keys and stored files into a folder while the platform goes on. A second backup into the same
 * folder copies only the files that it has not. Files come before events: what an event of the copy names was stored
 * before it.
 */
export const backUp = async (context: ServiceContext, { dir, onProgress }: BackupOptions): Promise<BackupManifest> => {
  const folder = backupFolder(dir);
  await folder.begin();
  const position = await context.store.lastPosition();
  const blobs = await copyBlobs(context, folder, onProgress);
  const events = await copyEvents(context, folder, position, onProgress);
  const secrets = await writeLines(folder.secrets, sealedSecrets(context));
  copyKeys(context, folder);
  const manifest = {
    format: 1 as const,
    createdAt: context.now(),
    platformVersion: context.version,
    position,
    ...events,
    secrets,
    ...blobs,
  };
  await folder.finish(manifest);
  return manifest;
};

const copyBlobs = async (
  { blobs: source }: ServiceContext,
  { blobs: target }: BackupFolder,
  onProgress: (text: string) => void,
): Promise<{ blobs: number; blobBytes: number }> => {
  let blobs = 0;
  let blobBytes = 0;
  for await (const { sha256, sizeBytes } of source.list()) {
    if (!(await target.has({ sha256 }))) {
      const copy = await target.put(await source.get({ sha256 }));
      if (copy.sha256 !== sha256) throw new Error(`the stored file ${sha256} is not what was written`);
    }
    blobs++;
    blobBytes += sizeBytes;
    if (blobs % 1_000 === 0) onProgress(`${blobs} files`);
  }
  return { blobs, blobBytes };
};

const copyEvents = async (
  { rawStore: store }: ServiceContext,
  { events }: BackupFolder,
  position: number,
  onProgress: (text: string) => void,
): Promise<{ commits: number; rollingHash: string }> => {
  const check = createChainCheck();
  let rollingHash = '';
  const upTo = async function* (): AsyncGenerator<BackedUpCommit> {
    if (position === 0) return;
    for await (const batch of store.read({ after: 0 })) {
      for (const commit of batch) {
        if (commit.position > position) return;
        const reason = check.next(commit);
        if (reason !== null)
          throw new EventStoreCorrupt(`the chain of ${commit.stream} breaks at position ${commit.position}: ${reason}`);
        rollingHash = rollHash(rollingHash, commit.hash);
        yield commit;
        if (commit.position % 50_000 === 0) onProgress(`${commit.position} of ${position} events`);
      }
    }
  };
  return { commits: await writeLines(events, upTo()), rollingHash };
};

async function* sealedSecrets({ connection }: ServiceContext): AsyncGenerator<BackedUpSecret> {
  const bucket = await createSecretBucket(connection);
  for await (const id of await bucket.ids()) {
    const sealed = await bucket.get(id);
    if (sealed) yield { id, sealed: Buffer.from(sealed).toString('base64') };
  }
}

const copyKeys = ({ dataDir }: ServiceContext, { keys }: BackupFolder): void => {
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  for (const name of keyFiles) if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(keys, name));
};
