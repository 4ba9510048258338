import type { Logger, Metrics } from '@ffapi/telemetry';

export interface LastResort {
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'processFaults'>;
  /** Whether this process answers the public: then one request must not end it for everyone. */
  readonly isPublic: boolean;
  /** Ends the process in order; whoever runs it starts it anew. */
  readonly end: () => void;
}

/**
 * What nobody caught is logged as an error and counted. A process that answers the public lives on: what could be made
 * to throw once can be made to throw again. Any other ends: nothing from outside reaches it, its work is delivered
 * again, and a part that has stopped without a word would hold up all that it is for.
 */
export const catchLast = (on: NodeJS.Process, { log, metrics, isPublic, end }: LastResort): void => {
  on.on('uncaughtException', (err, origin) => {
    metrics.processFaults.inc({ origin });
    log.error({ err, origin }, 'nobody caught this');
    if (!isPublic) end();
  });
};
