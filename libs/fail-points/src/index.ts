/** The moments at which a process may be made to end, each named after what has just happened or is about to. */
export const failPoints = [
  'gateway.before-accept',
  'gateway.after-accept',
  'job.before-accept-append',
  'job.after-accept-append',
  'job.before-release',
  'job.after-release',
  'projection.before-write',
  'projection.after-write',
  'storage.before-publish-append',
  'storage.after-publish-append',
  'webhook.before-send',
  'webhook.after-send',
  'webhook.after-record',
  'worker.after-start',
  'worker.mid-run',
  'worker.after-output',
  'worker.before-append',
  'worker.after-append',
] as const;

export type FailPoint = (typeof failPoints)[number];

/** `NAME` or `NAME:N`: the Nth time that the point is reached, counted from one. */
const chosen = process.env.FFAPI_FAIL_POINT?.split(':');
let left = Number(chosen?.[1] ?? 1);

/** Ends this process as a power cord would when it was started with `FFAPI_FAIL_POINT` naming this moment; else nothing. */
export const failPoint = (name: FailPoint): void => {
  if (chosen?.[0] === name && --left === 0) process.kill(process.pid, 'SIGKILL');
};
