import { asToken, makeSubject } from './subject.ts';

/** The aggregates whose events are stored; a stream is named `<kind>.<id>`. */
export const streamKinds = [
  'job',
  'task',
  'asset',
  'endpoint',
  'delivery',
  'key',
  'setting',
  'user',
  'preset',
  'perf',
  'auth',
  'review',
  'rule',
  'incident',
] as const;
export type StreamKind = (typeof streamKinds)[number];

export const jobStream = (jobId: string): string => makeSubject('job', jobId);
/** One stream per task; the job id comes first so that one filter gives a job's whole story in one order. */
export const taskStream = (jobId: string, n: number): string => makeSubject('task', jobId, n);
export const assetStream = (fileId: string): string => makeSubject('asset', fileId);
export const endpointStream = (webhookId: string): string => makeSubject('endpoint', webhookId);
export const deliveryStream = (deliveryId: string): string => makeSubject('delivery', deliveryId);
/** One stream holds all presets of a tenant. */
export const presetStream = (apiKeyId: string): string => makeSubject('preset', apiKeyId);
/** One stream holds all of a key: what it may, what it may use, its secrets' digests. */
export const keyStream = (keyId: string): string => makeSubject('key', keyId);
/** What one gateway noted of one day's authentications. */
export const authStream = (day: string, instance: string): string => makeSubject('auth', day, asToken(instance));
/** One stream holds the settings that were changed at runtime. */
export const settingStream = 'setting.platform';
export const userStream = (userId: string): string => makeSubject('user', userId);
export const perfStream = (runId: string): string => makeSubject('perf', runId);

export const reviewStream = (reviewId: string): string => makeSubject('review', reviewId);
/** A job has one review at most, so that opening it twice opens it once. */
export const reviewIdOf = (jobId: string): string => `rev_${jobId.slice('job_'.length)}`;

export const ruleStream = (name: string): string => makeSubject('rule', name);
export const incidentStream = (incidentId: string): string => makeSubject('incident', incidentId);

/** The streams that tell the whole story of one job. */
export const jobStory = (jobId: string): string[] => [jobStream(jobId), `${makeSubject('task', jobId)}.*`];
