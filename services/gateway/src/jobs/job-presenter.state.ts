import { readBlob } from '@ffapi/blob';
import { maySee, type JobResource, type Sized } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import { jobResourceOf } from '@ffapi/job-view';
import type { Links } from '@ffapi/job-view';
import type { LiveFeed } from './feed.state.ts';
import { readHistory, foldHistory, type JobHistoryEvent } from '@ffapi/job-view';
import type { JobDocument } from '@ffapi/job-view';
import type { Caller } from '../identity/index.ts';
import { RequestRefused } from '../requests/index.ts';

export interface JobPresenter {
  /** The job of the caller, from its events; another tenant's is not there. */
  own(jobId: string, caller: Caller): Promise<{ job: JobDocument; story: JobHistoryEvent[] }>;
  /** One job in full, with its place in the queue. */
  whole(job: JobDocument, caller: Caller): Promise<JobResource>;
  /** A job in a list: without what needs a question to somebody else. */
  brief(job: JobDocument, caller: Caller): JobResource;
}

export const createJobPresenter = (context: ServiceContext, feed: LiveFeed, links: () => Links): JobPresenter => {
  const valueOf = async (value: Sized<unknown> | null): Promise<unknown> => {
    if (value === null) return null;
    if ('inline' in value) return value.inline;
    return JSON.parse((await readBlob(context.blobs, value.blob)).toString('utf8'));
  };
  const extras = (job: JobDocument, caller: Caller) => ({
    links: links(),
    progress: feed.progressOf(job.jobId),
    showUserIp: caller.isAdmin,
  });
  return {
    own: async (jobId, caller) => {
      const story = /^job_[0-9a-z]{4,64}$/.test(jobId) ? await readHistory(context.store, jobId) : [];
      const job = foldHistory(story);
      if (!job || !maySee(caller, job.apiKeyId)) throw new RequestRefused('job_not_found');
      return { job, story };
    },
    whole: async (job, caller) => {
      const [place, result] = await Promise.all([
        job.status === 'queued'
          ? context.request('job.queue-place', { jobId: job.jobId }, 1_000).catch(() => null)
          : null,
        valueOf(job.result),
      ]);
      return jobResourceOf(job, { ...extras(job, caller), place, result });
    },
    brief: (job, caller) =>
      jobResourceOf(job, {
        ...extras(job, caller),
        place: null,
        result: job.result && 'inline' in job.result ? job.result.inline : null,
      }),
  };
};
