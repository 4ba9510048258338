import { hash } from 'node:crypto';
import type { AuditFacts, AuditRow } from '@ffapi/contracts';
import { canonicalJson } from '@ffapi/read-model';

/** What the first row follows. */
export const chainStart = '0'.repeat(64);

const hashOf = (previousHash: string, facts: AuditFacts): string => hash('sha256', previousHash + canonicalJson(facts));

/** The row of these facts behind the row with this hash. */
export const chained = (previousHash: string, facts: AuditFacts): AuditRow => ({
  ...facts,
  prev_hash: previousHash,
  hash: hashOf(previousHash, facts),
});

/** Whether a row still is what its own hash was taken of. */
export const isUnchanged = ({ prev_hash, hash: own, ...facts }: AuditRow): boolean => hashOf(prev_hash, facts) === own;
