import type { Config, ModerationProviderName } from '@ffapi/config';
import type { Egress } from '@ffapi/egress';
import { createCaller, type Caller } from '@ffapi/outbound';
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
  readonly name: ModerationProviderName;
  /** Larger pictures are refused without being sent. */
  readonly bytesMax: number;
  look(frame: Frame, signal: AbortSignal): Promise<readonly Sighting[]>;
}

/** What providers are opened with. */
export interface ProviderTools {
  readonly caller: Caller;
  readonly now: () => Date;
}

/** The provider as its settings want it. */
export type OpenModerator<Name extends ModerationProviderName> = (
  config: Config,
  tools: ProviderTools,
) => ModerationProvider & { readonly name: Name };

/** A setting that the configuration has made sure of. */
export const required = (value: string | undefined): string => value ?? '';

export const moderationCaller = (egress: Egress): Caller =>
  createCaller({
    egress,
    unavailable: 'moderation_unavailable',
    keyRefused: 'moderation_key_refused',
    timeoutMs: 30_000,
    responseBytesMax: 1024 * 1024,
  });
