import { ApartPlatform } from './processes/process-platform.ts';
import { ServiceProcess, type Environment } from './faults/service-process.ts';
import type { RunningPlatform } from './running-platform.ts';

export type { RunningPlatform };

/** `FFAPI_E2E_SHAPE=apart`: every service is a process of its own, as in a cluster; else one process has them all. */
export const isApart = process.env.FFAPI_E2E_SHAPE === 'apart';

/** Starts the platform in the shape under test. */
export const startPlatform = (env: Environment, logFile: string): RunningPlatform => {
  if (isApart) return new ApartPlatform(env, logFile);
  const process = new ServiceProcess(env, logFile);
  const { ready, exited, pid } = process;
  return { ready, exited, settings: {}, pids: [pid], end: (signal) => process.end(signal) };
};
