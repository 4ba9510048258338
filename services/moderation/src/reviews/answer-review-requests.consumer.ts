import { jobStream, reviewIdOf, reviewStream, type JobEvent, type RequestOrigin } from '@ffapi/contracts';
import { refuse } from '@ffapi/es';
import { commander, type RequestHandlers, type ServiceContext } from '@ffapi/service-kit';
import { reviewDecider, type ReviewCommand } from './review.decider.ts';
import { readManifest } from './run-moderation.runner.ts';

const endings = new Set<string>(['JobCompleted', 'JobFailed', 'JobCancelled']);
const ended = 'job_ended';
/** An event holds no more; a job that has more frames has as many inputs. */
const shownMax = 200;

const jobIdOf = (reviewId: string): string => reviewId.replace(/^rev_/, 'job_');

/** What the moderation service answers about reviews. */
export const reviewRequests = (context: ServiceContext): RequestHandlers => {
  const { store, blobs } = context;

  const decide = commander(context, reviewDecider, reviewStream);
  const execute = async (
    reviewId: string,
    command: ReviewCommand,
    causationId: string,
    origin?: RequestOrigin,
  ): Promise<number> => {
    const { commit } = await decide(reviewId, command, { correlationId: jobIdOf(reviewId), causationId, origin });
    return commit?.position ?? 0;
  };

  const withdraw = (jobId: string): Promise<number> =>
    execute(reviewIdOf(jobId), { type: 'WithdrawReview', reason: ended }, jobId);

  const isOver = async (jobId: string): Promise<boolean> => {
    const { commits } = await store.load<JobEvent>(jobStream(jobId));
    return commits.some(({ events }) => events.some(({ type }) => endings.has(type)));
  };

  return {
    'review.open': async ({ jobId, frames, labels, ...rest }) => {
      const shown = frames ? await readManifest(blobs, frames) : [];
      const review = {
        ...rest,
        reviewId: reviewIdOf(jobId),
        jobId,
        labels: [...labels],
        frames: frames && {
          manifest: frames,
          shown: shown.slice(0, shownMax).map(({ input, timeMs }) => ({ input, timeMs })),
        },
      };
      await execute(review.reviewId, { type: 'OpenReview', review }, jobId);
      // Cancelled in the meantime: whoever would withdraw the review may have looked already.
      if (await isOver(jobId)) await withdraw(jobId);
      return {};
    },
    'review.withdraw': async ({ jobId }) => {
      await withdraw(jobId);
      return {};
    },
    'review.decide': async ({ reviewId, decision, note, actor }) => {
      if (!/^rev_[0-9a-z]{4,64}$/.test(reviewId)) return refuse('review_not_found');
      const jobId = jobIdOf(reviewId);
      if (await isOver(jobId)) await withdraw(jobId);
      const command = { type: 'DecideReview', decision, note, by: actor.keyId } as const;
      return { position: await execute(reviewId, command, actor.keyId, actor.origin) };
    },
  };
};
