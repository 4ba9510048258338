import { createHash } from 'node:crypto';
import { derivedId } from '@ffapi/contracts';

/** Two processes that see the same come to the same id, so that one incident is opened. */
export const incidentIdOf = (rule: string, subject: string, number: number): string =>
  derivedId(
    'inc',
    createHash('sha256')
      .update(JSON.stringify([rule, subject, number]))
      .digest(),
  );
