import { describe, expect, it } from 'vitest';
import * as streams from './stream.ts';
import { asToken, ensureSubject, InvalidSubject, makeSubject } from './subject.ts';

const hostile = [
  '*',
  '>',
  'a*',
  '>a',
  '',
  '.',
  'a.b',
  '.a',
  'a.',
  ' ',
  'a b',
  'a\tb',
  'a\n',
  'a\u00a0b',
  'a\u2028',
  '\0',
  'a\u200b',
];

describe('a subject', () => {
  it('is its parts in order', () => {
    expect(makeSubject('task', 'job_01k9', 3)).toBe('task.job_01k9.3');
    expect(ensureSubject('work.transcode-cpu.job_01k9.0')).toBe('work.transcode-cpu.job_01k9.0');
  });

  it.each(hostile)('has no part %j', (part) => {
    expect(() => makeSubject('job', part)).toThrow(InvalidSubject);
    expect(() => makeSubject(part)).toThrow(InvalidSubject);
    expect(() => makeSubject('task', part, 1)).toThrow(InvalidSubject);
    expect(makeSubject('hb', asToken(part))).toMatch(/^hb\.[\w-]+$/);
  });

  it('is never empty', () => {
    expect(() => makeSubject()).toThrow(InvalidSubject);
    expect(() => ensureSubject('')).toThrow(InvalidSubject);
    expect(() => ensureSubject('job..1')).toThrow(InvalidSubject);
    expect(() => ensureSubject('job.*')).toThrow(InvalidSubject);
  });
});

describe('the name of a stream', () => {
  const byId = Object.entries(streams).filter(([name]) => /^(?!auth|setting).*(Stream|Story)$/.test(name)) as [
    string,
    (id: string, n: number) => unknown,
  ][];

  it('is known for every kind of aggregate', () => {
    expect(byId.length).toBeGreaterThanOrEqual(streams.streamKinds.length - 2);
  });

  it.each(byId.flatMap(([name, build]) => hostile.map((id) => [name, id, build] as const)))(
    '%s refuses %j',
    (_name, id, build) => {
      expect(() => build(id, 0)).toThrow(InvalidSubject);
    },
  );
});
