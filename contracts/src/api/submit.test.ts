import { describe, expect, it } from 'vitest';
import { headerMap } from './submit.ts';
import { webhookRoutes } from './routes/webhook-routes.ts';

const isTaken = (value: string): boolean => headerMap.safeParse({ 'X-Mine': value }).success;

describe('a header’s value', () => {
  it.each(['', 'plain', 'Bearer a.b/c+d=', 'a\tb', 'café', 'ÿ', 'a "quoted" one; q=0.5'])('%j is taken', (value) => {
    expect(isTaken(value)).toBe(true);
  });

  it.each([
    'Ā',
    '😀',
    '日本',
    'a\r\nb: c',
    'a\nb',
    'a\u0000b',
    'a\u0001b',
    'a\u007fb',
    'a\u001b[2J',
    '\u2028',
    '\ud800',
  ])('%j is refused: no call could carry it', (value) => {
    expect(isTaken(value)).toBe(false);
  });

  it('is refused at a subscription, too', () => {
    const body = { events: ['job.*'], url: 'https://a.example/', headers: { 'X-Mine': 'Ā' } };
    expect(webhookRoutes.subscribe.body?.safeParse(body).success).toBe(false);
    expect(webhookRoutes.subscribe.body?.safeParse({ ...body, headers: { 'X-Mine': 'a' } }).success).toBe(true);
  });
});
