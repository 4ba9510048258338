/** Room that a file on its way has taken, until the projected total holds the file itself. */
export interface Reservation {
  readonly bytes: number;
  /** When it was taken or last held on to. */
  readonly at: string;
  /** Where the file was stored; `null`: it still comes. */
  readonly storedAt: number | null;
}

/** What a key has reserved, by file. */
export type Reservations = Readonly<Record<string, Reservation>>;

/** What is stored for a key, how far that is counted, and the newest files that are counted in. */
export interface Stored {
  readonly bytes: number;
  readonly position: number;
  readonly newest: readonly string[];
}

export const reservedBytes = (reservations: Reservations): number =>
  Object.values(reservations).reduce((sum, { bytes }) => sum + bytes, 0);

/** Without those whose files are counted as stored. */
export const notCounted = (reservations: Reservations, { position, newest }: Stored): Reservations =>
  Object.fromEntries(
    Object.entries(reservations).filter(
      ([fileId, { storedAt }]) => (storedAt === null || storedAt > position) && !newest.includes(fileId),
    ),
  );

/** Bytes that are stored or reserved. */
export const usedBytes = (reservations: Reservations, stored: Stored): number =>
  stored.bytes + reservedBytes(notCounted(reservations, stored));

export const without = (reservations: Reservations, fileId: string): Reservations => {
  const { [fileId]: _, ...rest } = reservations;
  return rest;
};

export interface Wish {
  readonly fileId: string;
  /** Of the whole file, as far as is known. */
  readonly bytes: number;
  readonly now: string;
  readonly limitBytes: number;
}

/** The reservations with this one in them, or `null` when there is no room. A file reserves anew in place of before. */
export const reserve = (reservations: Reservations, stored: Stored, wish: Wish): Reservations | null => {
  const held = notCounted(reservations, stored);
  const others = without(held, wish.fileId);
  const hasRoom = (held[wish.fileId]?.bytes ?? -1) >= wish.bytes;
  if (!hasRoom && stored.bytes + reservedBytes(others) + wish.bytes > wish.limitBytes) return null;
  return { ...others, [wish.fileId]: { bytes: wish.bytes, at: wish.now, storedAt: null } };
};
