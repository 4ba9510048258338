import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '@ffapi/blob';
import { createFileBlobStore } from '@ffapi/blob-fs';
import type { DomainEvent, RecordedCommit } from '@ffapi/es';
import { z } from 'zod';

/** Written last: a folder without it holds no whole backup. */
const manifestSchema = z.strictObject({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  platformVersion: z.string(),
  /** Of the newest event. */
  position: z.int().min(0),
  commits: z.int().min(0),
  /** Digest over all commits in order, see `rollHash`. */
  rollingHash: z.string(),
  secrets: z.int().min(0),
  blobs: z.int().min(0),
  blobBytes: z.int().min(0),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

/** A commit as `events.jsonl` holds it. */
export type BackedUpCommit = RecordedCommit<DomainEvent>;
/** A sealed secret as `secrets.jsonl` holds it. */
export interface BackedUpSecret {
  readonly id: string;
  readonly sealed: string;
}

/** What encrypts the secrets and lets the admin in; absent where they come from the environment. */
export const keyFiles = ['secrets.key', 'admin.key'] as const;

/** A folder that holds a copy of everything that cannot be derived from anything else. */
export interface BackupFolder {
  readonly events: string;
  readonly secrets: string;
  readonly keys: string;
  readonly blobs: BlobStore;
  /** `null` when there is no whole backup. */
  manifest(): BackupManifest | null;
  begin(): Promise<void>;
  finish(manifest: BackupManifest): Promise<void>;
}

export const backupFolder = (dir: string): BackupFolder => {
  const file = join(dir, 'manifest.json');
  return {
    events: join(dir, 'events.jsonl'),
    secrets: join(dir, 'secrets.jsonl'),
    keys: join(dir, 'keys'),
    blobs: createFileBlobStore({ dir: join(dir, 'files') }),
    manifest: () => (existsSync(file) ? manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null),
    begin: async () => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      rmSync(file, { force: true });
    },
    finish: async (manifest) => {
      await writeLines(`${file}.new`, [manifest]);
      await rename(`${file}.new`, file);
    },
  };
};

/** Writes one JSON value a line, synced to disk, and gives how many there were. */
export const writeLines = async (file: string, values: Iterable<unknown> | AsyncIterable<unknown>): Promise<number> => {
  const handle = await open(file, 'w', 0o600);
  let count = 0;
  let pending = '';
  try {
    for await (const value of values) {
      pending += `${JSON.stringify(value)}\n`;
      count++;
      if (pending.length < 1 << 20) continue;
      await handle.write(pending);
      pending = '';
    }
    await handle.write(pending);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return count;
};

/** The values of a file of lines; throws when a line was cut. */
export async function* readLines<T>(file: string): AsyncGenerator<T> {
  const handle = await open(file);
  try {
    for await (const line of handle.readLines()) if (line !== '') yield JSON.parse(line) as T;
  } finally {
    await handle.close();
  }
}
