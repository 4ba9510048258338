import type { Links } from '@ffapi/job-view';
import type { Collection } from '@ffapi/read-model';
import type { RateLimit } from '../access/index.ts';
import type { FilePorts } from '../files/index.ts';
import type { Passwords } from '../people/index.ts';
import type { Idempotency } from '../requests/index.ts';
import type { Attempts } from '../sessions/index.ts';
import type { ShareDownloads } from './share-downloads.state.ts';
import type { ShareDocument } from './shares.projection.ts';

export interface ShareReads {
  readonly shares: Collection<ShareDocument>;
  /** Resolves when shares hold a commit. */
  sharesHold(position: number): Promise<void>;
}

export interface SharePorts extends Pick<FilePorts, 'context'> {
  readonly reads: ShareReads & FilePorts['reads'];
  readonly shareDownloads: ShareDownloads;
  readonly passwords: Passwords;
  /** At passwords of shares. */
  readonly shareAttempts: Attempts;
  readonly idempotency: Idempotency;
  readonly limits: RateLimit;
  readonly links: () => Links;
}
