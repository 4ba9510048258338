import { setTimeout as delay } from 'node:timers/promises';

const againMs = 20;

/** What the question gives as soon as it gives anything; a test's own time limit ends the waiting. */
export const eventually = async <T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(againMs);
  }
};
