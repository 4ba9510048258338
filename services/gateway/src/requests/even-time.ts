/** How long to wait on so that an answer takes a whole number of steps: what was done meanwhile is not seen in it. */
export const msToStep = (elapsedMs: number, stepMs: number): number => stepMs - (elapsedMs % stepMs);
