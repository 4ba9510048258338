import type { ServiceContext } from '@ffapi/service-kit';
import type { LiveFeed } from './feed.state.ts';
import { eventStreamSink, positionOf, streamJob, whileAllowed } from './job-stream.http.ts';
import { readStorySoFar, type Links } from '@ffapi/job-view';
import type { Access, StandingCalls } from '../access/index.ts';
import { eventResource } from './job.handlers.ts';
import type { HandlersFor } from '../requests/index.ts';
import type { JobPresenter } from './job-presenter.state.ts';

export interface LivePorts {
  readonly context: ServiceContext;
  readonly feed: LiveFeed;
  readonly show: JobPresenter;
  readonly access: Access;
  readonly standing: StandingCalls;
  readonly links: () => Links;
}

const keepAliveMs = 15_000;

export const liveHandlers = ({
  context,
  feed,
  show,
  access,
  standing,
}: Omit<LivePorts, 'links'>): HandlersFor<'follow_job'> => ({
  follow_job: async (call) => {
    const jobId = call.params.id;
    await show.own(jobId, call.caller);
    const { raw } = call.reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': call.requestId,
    });
    raw.write('retry: 1000\n\n');
    const sink = whileAllowed(
      eventStreamSink(raw, (event) => eventResource(event, call.caller.isAdmin)),
      () => access.lapse(call.caller, call.route) === null,
    );
    const keepAlive = setInterval(() => sink.isOpen() && raw.write(': still here\n\n'), keepAliveMs);
    const release = standing.hold(call, () => sink.end());
    raw.once('close', () => {
      clearInterval(keepAlive);
      release();
    });
    const after = positionOf(call.header('last-event-id'));
    const unwatch = await streamJob(feed, jobId, () => readStorySoFar(context.store, jobId), after, sink);
    // Who has gone meanwhile does not go again.
    if (raw.destroyed) unwatch();
    else raw.once('close', unwatch);
    return undefined;
  },
});
