import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { aggregates, pools, requests } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../lint/repository.ts';
import { serviceReadme } from './readme.ts';
import { serviceFacts, type ServiceFacts } from './service-facts.ts';

const services = readdirSync(join(root, 'services'));
let facts: Readonly<Record<string, ServiceFacts>> = {};

beforeAll(async () => {
  facts = Object.fromEntries(
    await Promise.all(services.map(async (name) => [name, await serviceFacts(name)] as const)),
  );
});

const ofAll = (listed: (of: ServiceFacts) => readonly string[]): string[] => Object.values(facts).flatMap(listed);

describe('what is read from the sources of services', () => {
  it('has one service that answers each request, and one that takes tasks of each pool', () => {
    expect(ofAll(({ answers }) => answers).toSorted()).toEqual(Object.keys(requests).toSorted());
    expect(ofAll((each) => each.pools).toSorted()).toEqual(pools.toSorted());
  });

  it('has a service that writes the events of each aggregate', () => {
    const kinds = aggregates.map(({ kind }) => kind);
    expect([...new Set(ofAll(({ writes }) => writes.map(({ kind }) => kind)))].toSorted()).toEqual(kinds.toSorted());
  });

  it('knows what a service has from libraries', () => {
    const { writes, follows } = facts.storage!;
    expect(writes.map(({ kind }) => kind)).toEqual(['task', 'asset', 'key']);
    expect(follows.map(({ kind }) => kind)).toEqual(['key', 'user']);
  });

  it('knows what one process at a time does', () => {
    expect(ofAll(({ leads }) => leads).toSorted()).toEqual([
      'alerting',
      'audit-shipping-…',
      'dispatcher',
      'probe-uploads',
      'relay',
      'webhook-sender',
    ]);
  });
});

describe('the page of a service', () => {
  it('says what its sources say, and keeps what was written by hand', () => {
    const first = serviceReadme('job', facts.job!, '');
    expect(first).toContain('| Answers | `job.accept`, `job.cancel`');
    expect(first).toContain('| Projects | `open-jobs` of `job.>`, `task.>`, `review.>`; `ended-jobs` of `job.>` |');
    expect(first).not.toContain('Takes tasks');
    const byHand = `${first}\nWhy it is so.\n`;
    expect(serviceReadme('job', facts.job!, byHand)).toBe(byHand);
    expect(serviceReadme('job', facts.job!, byHand.replace('`job.accept`, ', ''))).toBe(byHand);
  });
});
