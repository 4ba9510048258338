import { describe, expect, it } from 'vitest';
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
