import { z } from 'zod';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { asToken } from '../kernel/subject.ts';

export const authFailureReason = z.enum([
  'unknown_key',
  'missing_key',
  'wrong_address',
  'suspended',
  'forbidden',
  'key_in_query',
  'not_whitelisted',
  'wrong_login',
  'session_ended',
  'forged',
]);
export type AuthFailureReason = z.infer<typeof authFailureReason>;

/** Requests that are alike, told together. */
const alike = {
  /** `null`: the key is not known. */
  apiKeyId: z.string().nullable(),
  /** `null`, as the user agent: from so many places that they were counted together. */
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  count: z.int().min(1),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
};

export const authAggregate = defineAggregate({
  kind: 'auth',
  stream: '{day}.{instance}',
  parts: { day: 'The day in UTC.', instance: 'The gateway process.' },
  describes: 'Authentications, counted together every few seconds.',
  events: {
    AuthenticationSucceeded: { 1: z.strictObject(alike) },
    AuthenticationFailed: { 1: z.strictObject({ ...alike, reason: authFailureReason }) },
  },
});
export type AuthEvent = EventOf<typeof authAggregate>;

/** What one gateway noted of one day's authentications. */
export const authStream = (day: string, instance: string): string => authAggregate.streamOf(day, asToken(instance));
