import { webhookEventNames, webhookFilter } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { takesEvent } from './event-filter.ts';

describe('event filter', () => {
  it('takes names, groups and all', () => {
    expect(takesEvent(['job.completed'], 'job.completed')).toBe(true);
    expect(takesEvent(['job.completed'], 'job.failed')).toBe(false);
    expect(takesEvent(['job.*'], 'job.failed')).toBe(true);
    expect(takesEvent(['job.*'], 'file.created')).toBe(false);
    expect(takesEvent(['file.deleted', 'quota.*'], 'quota.warning')).toBe(true);
    expect(webhookEventNames.every((name) => takesEvent(['*'], name))).toBe(true);
    expect(takesEvent([], 'job.created')).toBe(false);
    expect(takesEvent(['file.*'], 'webhook.test')).toBe(true);
  });

  it('is refused by the contract when no event can match it', () => {
    for (const filter of ['*', 'job.*', 'storage.quota_exceeded'])
      expect(webhookFilter.safeParse(filter).success).toBe(true);
    for (const filter of ['job', 'job.', 'jobs.*', '', '**', 'webhook.test'])
      expect(webhookFilter.safeParse(filter).success).toBe(false);
  });
});
