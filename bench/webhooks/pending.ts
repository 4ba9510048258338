import type { DeliveryResource } from '@ffapi/contracts';
import { connect } from '@nats-io/transport-node';
import { storedMessages } from '../kit/stored-events.ts';
import { storyTemplate, type StoryTemplate } from '../kit/history-template.ts';
import { startSite } from './site.ts';

/** A call that nobody answered, as it was written down: scheduled, tried once, due again. */
export const recordFailedCall = async (job: StoryTemplate): Promise<StoryTemplate> => {
  await using stack = new AsyncDisposableStack();
  const site = stack.adopt(await startSite({ template: job, endpoints: 1 }), (each) => each.stop());
  const { platform } = site;
  // Nobody listens on the port of the discard service.
  await platform.post('/webhooks/subscribe', { events: ['job.completed'], url: 'http://127.0.0.1:9/hook' });
  await site.finishJobs(1);
  for (;;) {
    const { data } = await platform.get<{ data: DeliveryResource[] }>('/webhooks/deliveries?status=pending');
    const failed = data.find(({ attempt }) => attempt > 0);
    if (!failed) continue;
    const nats = stack.adopt(await connect({ servers: platform.natsUrl }), (each) => each.close());
    const messages = await storedMessages(nats, [`evt.delivery.${failed.id}`]);
    return storyTemplate(
      messages.map((message) => ({ subject: message.subject, text: message.string() })),
      [failed.id],
    );
  }
};

/** Ids of the n-th copy. */
export const callIdsOf = (n: number): string[] => [`dlv_bench${n.toString(36).padStart(8, '0')}`];
