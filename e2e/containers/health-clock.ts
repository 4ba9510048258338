import { setTimeout as delay } from 'node:timers/promises';
import { podman } from './podman.ts';

const pauseMs = 1000;

/** Runs the health checks of all containers in turn: where systemd is not the first process, Podman has nobody to do it. */
export const runHealthChecks = async (until: AbortSignal): Promise<void> => {
  while (!until.aborted) {
    const names = (await podman('ps', '--format', '{{.Names}}')).split('\n').filter(Boolean);
    for (const name of names) {
      if (until.aborted) return;
      // What is not healthy yet, or has just ended, is an answer too; Podman keeps it.
      await podman('healthcheck', 'run', name).catch(() => undefined);
    }
    await delay(pauseMs);
  }
};
