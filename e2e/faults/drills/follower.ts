import { setTimeout as delay } from 'node:timers/promises';
import { framesOf } from '../../sse.ts';

/** One watcher of a job who goes to the next gateway when a stream breaks off, and asks for what it has not seen. */
export interface Followed {
  readonly ids: readonly string[];
  readonly events: readonly string[];
  /** How often it went on at another gateway. */
  readonly resumes: number;
}

const endings = new Set(['JobCompleted', 'JobFailed', 'JobCancelled']);
const againMs = 100;
const secondsMax = 120;

/** Follows a job to its end, first at the gateway of that place in the list. */
export const follow = async (
  urls: readonly string[],
  apiKey: string,
  jobId: string,
  firstAt: number,
): Promise<Followed> => {
  const seen = new Map<string, string>();
  let [at, resumes, lastEventId] = [firstAt, 0, null as string | null];
  const deadlineMs = performance.now() + secondsMax * 1000;
  for (;;) {
    try {
      const url = `${urls[at % urls.length]}/v1/jobs/${jobId}/events`;
      for await (const { id, event } of framesOf(url, apiKey, { lastEventId })) {
        if (id === null) continue;
        seen.set(`${id} ${event}`, event);
        lastEventId = id;
        if (endings.has(event)) return { ids: [...seen.keys()], events: [...seen.values()], resumes };
      }
    } catch (error) {
      // A gateway that is being started again takes no connection, or breaks one off.
      if (performance.now() > deadlineMs) throw error;
    }
    if (performance.now() > deadlineMs) throw new Error(`${jobId}: its stream told no end within ${secondsMax} s`);
    at++;
    if (lastEventId !== null) resumes++;
    await delay(againMs);
  }
};
