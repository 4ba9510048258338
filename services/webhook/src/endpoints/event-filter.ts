import type { WebhookEventName } from '@ffapi/contracts';

/** Whether one of the filters (a name, `job.*` or `*`) takes the event; a test call passes every filter. */
export const takesEvent = (filters: readonly string[], event: WebhookEventName): boolean =>
  event === 'webhook.test' ||
  filters.some(
    (filter) => filter === '*' || filter === event || (filter.endsWith('.*') && event.startsWith(filter.slice(0, -1))),
  );
