import type { ReadModel, WithLease } from '@ffapi/read-model';
import { lead } from './lead.ts';
import type { ServiceContext } from './runtime.ts';

/** The lease that keeps one projector a projection where the read model is shared; none where it is this process's own. */
export const projectionLease = (
  context: ServiceContext,
  readModel: ReadModel,
  projection: string,
): WithLease | undefined =>
  readModel.exclusive ? undefined : withLease(context, `projection-${context.service}-${projection}`);

/** Runs the work in one process at a time, until the signal aborts. */
export const withLease =
  (context: ServiceContext, name: string): WithLease =>
  async (work, signal) => {
    const { stop } = lead(context, name, (leading) => work(leading.signal));
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await stop();
  };
