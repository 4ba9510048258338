import type { Links } from '@ffapi/job-view';
import type { Collection } from '@ffapi/read-model';
import type { ServiceContext } from '@ffapi/service-kit';
import type { RateLimit, StandingCalls } from '../access/index.ts';
import type { Idempotency } from '../requests/index.ts';
import type { FileDocument } from './files.projection.ts';

export interface FileReads {
  readonly files: Collection<FileDocument>;
  /** Resolves when files that this process has stored are found. */
  filesHold(): Promise<void>;
}

/** What the routes of files are served with. */
export interface FilePorts {
  readonly context: ServiceContext;
  readonly reads: FileReads;
  readonly limits: RateLimit;
  readonly links: () => Links;
  readonly signingKey: Buffer;
  readonly standing: StandingCalls;
  readonly idempotency: Idempotency;
}
