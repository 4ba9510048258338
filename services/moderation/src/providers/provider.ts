import { errorRow, type ErrorCode } from '@ffapi/contracts';
import type { Sighting } from './verdict.ts';

/** One picture to look at. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly input: string;
  readonly timeMs: number;
  /** Its place among the frames of the job. */
  readonly index: number;
  readonly of: number;
  readonly jobId: string;
}

/** Says what is to be seen in pictures. */
export interface ModerationProvider {
  readonly name: 'aws' | 'google' | 'azure' | 'webhook';
  /** Larger pictures are refused without being sent. */
  readonly bytesMax: number;
  look(frame: Frame, signal: AbortSignal): Promise<readonly Sighting[]>;
}

/** A look that came to nothing; its message is safe to show. */
export class ModerationFailure extends Error {
  override readonly name = 'ModerationFailure';
  readonly code: Extract<ErrorCode, `moderation_${string}`>;
  /** Whether the same call may succeed a little later. */
  readonly isTransient: boolean;
  readonly retryAfterMs: number | null;
  constructor(
    code: ModerationFailure['code'],
    detail: string,
    { isTransient = false, retryAfterMs = null }: { isTransient?: boolean; retryAfterMs?: number | null } = {},
  ) {
    super(`${errorRow(code).title.replace(/\.$/, '')}: ${detail}.`);
    this.code = code;
    this.isTransient = isTransient;
    this.retryAfterMs = retryAfterMs;
  }
}
