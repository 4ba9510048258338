import type { AuditBreak, AuditFacts, AuditRow } from '@ffapi/contracts';
import { chained, chainStart, isUnchanged } from './audit-chain.ts';
import type { SealedEnd } from './audit-seal.ts';

export interface Broken {
  readonly id: string | null;
  readonly reason: AuditBreak;
}

/** A row as it lies in the read model. */
export interface StoredRow {
  readonly id: string;
  readonly document: AuditRow;
}

/** Goes along the chain and tells the first row that is not what events, hashes and seals say. */
export class AuditCheck {
  readonly #seals: readonly SealedEnd[];
  #rows = 0;
  #hash = chainStart;

  constructor(seals: readonly SealedEnd[]) {
    this.#seals = seals;
  }

  /** Rows that are as they should be. */
  get rows(): number {
    return this.#rows;
  }

  /** Compares the next row that is due with the next that is stored. */
  next(due: AuditFacts, stored: StoredRow | null): Broken | null {
    if (stored === null || stored.id > due.id) return { id: due.id, reason: 'missing' };
    const { id, document } = stored;
    if (id < due.id) return { id, reason: 'not_in_events' };
    const reason = this.#flawOf(document, due);
    if (reason !== null) return { id, reason };
    this.#rows++;
    this.#hash = document.hash;
    const differs = this.#seals.some(({ rows, hash }) => rows === this.#rows && hash !== this.#hash);
    return differs ? { id, reason: 'differs_from_seal' } : null;
  }

  /** What the seals say of the end of the chain. */
  end(): Broken | null {
    const isCut = this.#seals.some(({ rows }) => rows > this.#rows);
    return isCut ? { id: null, reason: 'sealed_rows_missing' } : null;
  }

  #flawOf(row: AuditRow, due: AuditFacts): AuditBreak | null {
    if (row.id !== due.id) return 'moved';
    if (!isUnchanged(row)) return 'changed';
    if (row.prev_hash !== this.#hash) return 'chain_broken';
    return row.hash === chained(this.#hash, due).hash ? null : 'differs_from_events';
  }
}
