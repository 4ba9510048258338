import type { KV } from '@nats-io/kv';
import { changeEntry, openBucket } from '@ffapi/bus';
import { KeyRing, ringStreams, recordQuotaEvent, type RingEvent } from '@ffapi/api-keys';
import { assetStream } from '@ffapi/contracts';
import { refuse } from '@ffapi/es';
import type { ReadModel } from '@ffapi/read-model';
import {
  followIntoMemory,
  openProjection,
  type OpenProjection,
  type Running,
  type ServiceContext,
} from '@ffapi/service-kit';
import { reserve, usedBytes, without, type Reservations, type Stored } from './reservations.ts';
import { storedBytes, type StoredBytes } from './stored-bytes.projection.ts';

const mebibyte = 1024 * 1024;
/** A file that was not heard of for so long will not come; scanning one may take a quarter of an hour. */
const heldMs = 20 * 60_000;
/** Less than whoever asks for room waits; a busy machine counts late, and must not refuse for it. */
const settleMs = 4_000;
const warnAt = 0.8;

interface Asked {
  readonly keyId: string;
  readonly fileId: string;
  readonly bytes: number;
}

/**
 * Holds each key to its storage quota: room is reserved before the first byte comes, in one entry a key for all
 * replicas, and given back when the file did not come, or when the projected total holds it.
 */
export class StorageQuota implements Running {
  readonly #context: ServiceContext;
  readonly #bucket: KV;
  readonly #ring: KeyRing;
  readonly #totals: OpenProjection<StoredBytes>;
  readonly #following: Running;

  private constructor(
    context: ServiceContext,
    readModel: ReadModel,
    parts: { readonly bucket: KV; readonly ring: KeyRing; readonly following: Running },
  ) {
    this.#context = context;
    this.#bucket = parts.bucket;
    this.#ring = parts.ring;
    this.#following = parts.following;
    this.#totals = openProjection(context, readModel, storedBytes);
  }

  static async open(context: ServiceContext, readModel: ReadModel): Promise<StorageQuota> {
    const ring = new KeyRing();
    const following = await followIntoMemory<RingEvent>(context, {
      streams: ringStreams,
      apply: (commits) => ring.apply(commits),
    });
    const bucket = await openBucket(context.connection, 'STORAGE_QUOTA', { history: 1 });
    return new StorageQuota(context, readModel, { bucket, ring, following });
  }

  isLimited(keyId: string): boolean {
    return this.#limitOf(keyId) !== null;
  }

  /** Bytes that a key has stored and reserved, and those it may; `null`: as many as there are. */
  async use(keyId: string): Promise<{ usedBytes: number; limitBytes: number | null }> {
    const [held, stored] = [await this.#reservations(keyId), await this.#stored(keyId)];
    return { usedBytes: usedBytes(held, stored), limitBytes: this.#limitOf(keyId) };
  }

  /** Reserves room for a file, in place of what it had reserved before; refuses where there is none. */
  async reserve({ keyId, fileId, bytes }: Asked): Promise<void> {
    const limitBytes = this.#limitOf(keyId);
    if (limitBytes === null) return;
    const wish = { fileId, bytes, limitBytes, now: this.#context.now() };
    let bytesInUse = 0;
    const take = (held: Reservations, stored: Stored): Reservations | null => {
      const next = reserve(held, stored, wish);
      bytesInUse = usedBytes(next ?? held, stored);
      return next;
    };
    const isReserved = (await this.#change(keyId, take)) || (await this.#settled(keyId, take));
    if (!isReserved) {
      await this.#tell(keyId, 'KeyQuotaExceeded', bytesInUse, limitBytes);
      const asMb = (value: number): number => Math.round((value / mebibyte) * 10) / 10;
      refuse('quota_storage', { quota: 'max_storage_mb', used: asMb(bytesInUse), limit: asMb(limitBytes) });
    }
    if (limitBytes > 0) this.#context.metrics.storageQuotaUsed.set({ api_key_id: keyId }, bytesInUse / limitBytes);
    if (bytesInUse >= limitBytes * warnAt) await this.#tell(keyId, 'KeyQuotaNearlyUsed', bytesInUse, limitBytes);
  }

  /** The file is stored: its room is given back as soon as the total holds it. */
  async confirm(keyId: string, fileId: string, storedAt: number): Promise<void> {
    if (this.#limitOf(keyId) === null) return;
    await this.#change(keyId, (held) => (held[fileId] ? { ...held, [fileId]: { ...held[fileId], storedAt } } : held));
  }

  /** The file did not come. */
  async release(keyId: string, fileId: string): Promise<void> {
    if (this.#limitOf(keyId) === null) return;
    await this.#change(keyId, (held) => without(held, fileId));
  }

  async stop(): Promise<void> {
    await this.#following.stop();
    await this.#totals.stop();
  }

  #limitOf(keyId: string): number | null {
    const { max_storage_mb: limit } = this.#ring.quotaOf(keyId);
    return limit === null ? null : limit * mebibyte;
  }

  async #stored(keyId: string): Promise<Stored> {
    const found = await this.#totals.documents.get(keyId);
    const { bytes = 0, newest = [] } = found?.document ?? {};
    return { bytes, newest, position: found?.position ?? 0 };
  }

  async #reservations(keyId: string): Promise<Reservations> {
    const entry = await this.#bucket.get(keyId);
    return entry?.operation === 'PUT' ? entry.json<Reservations>() : {};
  }

  /** `false` when the change says no. */
  #change(keyId: string, change: (held: Reservations, stored: Stored) => Reservations | null): Promise<boolean> {
    // The entry is read first: a file that is counted between the two reads is counted twice rather than never.
    return changeEntry<Reservations>(this.#bucket, keyId, async (held) =>
      change(held ?? {}, await this.#stored(keyId)),
    );
  }

  /** The same again when the total is up to date and it is known what became of files on their way. */
  async #settled(keyId: string, change: (held: Reservations, stored: Stored) => Reservations | null): Promise<boolean> {
    const { store, now } = this.#context;
    await this.#countedIn();
    const held = await this.#reservations(keyId);
    const goneBefore = new Date(Date.parse(now()) - heldMs).toISOString();
    const known = new Map<string, number | null>();
    for (const [fileId, { storedAt, at }] of Object.entries(held)) {
      if (storedAt !== null) continue;
      const { head } = await store.load(assetStream(fileId));
      if (head) known.set(fileId, head.position);
      else if (at < goneBefore) known.set(fileId, null);
    }
    return this.#change(keyId, (before, stored) => change(withKnown(before, known), stored));
  }

  /** Waits until the total holds all that was stored and deleted until now. */
  async #countedIn(): Promise<void> {
    const after = (await this.#totals.documents.checkpoint())?.position ?? 0;
    let newest = after;
    for await (const commits of this.#context.store.read({ after, streams: storedBytes.streams }))
      newest = commits.at(-1)?.position ?? newest;
    if (newest > after) await this.#totals.waitFor(newest, settleMs);
  }

  async #tell(
    keyId: string,
    type: 'KeyQuotaNearlyUsed' | 'KeyQuotaExceeded',
    bytes: number,
    limitBytes: number,
  ): Promise<void> {
    const periodStart = `${this.#context.now().slice(0, 10)}T00:00:00.000Z`;
    const [used, limit] = [bytes / mebibyte, limitBytes / mebibyte];
    await recordQuotaEvent(this.#context, keyId, type, { quota: 'max_storage_mb', used, limit, periodStart });
  }
}

/** With what was found out of each file: where it was stored, or (`null`) that it will not come. */
const withKnown = (held: Reservations, known: ReadonlyMap<string, number | null>): Reservations =>
  Object.fromEntries(
    Object.entries(held).flatMap(([fileId, reservation]) => {
      const position = known.get(fileId);
      if (position === undefined) return [[fileId, reservation]];
      return position === null ? [] : [[fileId, { ...reservation, storedAt: position }]];
    }),
  );
