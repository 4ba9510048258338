import { expect, it } from 'vitest';
import { webhookEventName, webhookEventNames } from '../events/webhook.ts';
import { webhookCalls } from './webhook-calls.ts';

it.each(webhookEventName.options)('the example of %s is what its schema says', (event) => {
  const { data, example } = webhookCalls[event];
  expect(data.parse(example)).toEqual(example);
  expect(data.safeParse({ ...example, unknown: 1 }).success).toBe(false);
});

it('says of each event whether it is sent', () => {
  expect(webhookEventNames.filter((event) => !webhookCalls[event].isSent)).toEqual([
    'batch.completed',
    'workflow.completed',
  ]);
});
