import type { ServiceContext } from '@ffapi/service-kit';
import type { LiveFeed } from '../live/feed.ts';
import { eventStreamSink, positionOf, streamJob, whileAllowed } from '../live/job-stream.ts';
import { readStory, type Links } from '@ffapi/job-view';
import type { Access } from './access.ts';
import { eventResource } from './job-handlers.ts';
import type { Call, Handlers } from './server.ts';
import type { JobShow } from './show-jobs.ts';

export interface LivePorts {
  readonly context: ServiceContext;
  readonly feed: LiveFeed;
  readonly show: JobShow;
  readonly access: Access;
  readonly links: () => Links;
}

const keepAliveMs = 15_000;

export const liveHandlers = ({ context, feed, show, access }: Omit<LivePorts, 'links'>): Handlers => ({
  follow_job: async (call: Call) => {
    const jobId = call.params.id ?? '';
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
      () => access.holds(call.caller),
    );
    const keepAlive = setInterval(() => sink.isOpen() && raw.write(': still here\n\n'), keepAliveMs);
    raw.once('close', () => clearInterval(keepAlive));
    const after = positionOf(call.header('last-event-id'));
    const unwatch = await streamJob(feed, jobId, () => readStory(context.store, jobId), after, sink);
    raw.once('close', unwatch);
    return undefined;
  },
});
