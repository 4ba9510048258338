import type { CommandContext } from '@ffapi/es';
import type { ServiceContext } from '@ffapi/service-kit';
import type { Call } from './handler.http.ts';

/** What a commit tells of the request that led to it. */
export const causedBy = (
  { newId, now }: Pick<ServiceContext, 'newId' | 'now'>,
  { requestId, traceparent, caller }: Call,
): CommandContext => ({
  commitId: newId('cmd'),
  occurredAt: now(),
  correlationId: requestId,
  causationId: requestId,
  traceparent: traceparent ?? undefined,
  origin: caller.origin,
});
