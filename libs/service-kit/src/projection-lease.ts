import { holdLease } from '@ffapi/bus';
import type { ReadModel } from '@ffapi/read-model';
import type { ServiceContext } from './runtime.ts';

type WithLease = (work: (held: AbortSignal) => Promise<void>, signal: AbortSignal) => Promise<void>;

/** The lease that keeps one projector a projection where the read model is shared; none where it is this process's own. */
export const projectionLease = (
  context: ServiceContext,
  readModel: ReadModel,
  projection: string,
): WithLease | undefined =>
  readModel.exclusive ? undefined : withLease(context, `projection-${context.service}-${projection}`);

/** Runs the work in one process at a time. */
export const withLease =
  (context: ServiceContext, name: string): WithLease =>
  async (work, signal) => {
    const lease = holdLease({
      connection: context.connection,
      name,
      holder: context.instance,
      onHeld: work,
      onError: (err) => context.log.warn({ err, name }, 'lease'),
    });
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await lease.release();
  };
