import { z } from 'zod';
import type { EventOf } from '../kernel/event.ts';

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

export const authEvents = {
  AuthenticationSucceeded: { 1: z.strictObject(alike) },
  AuthenticationFailed: { 1: z.strictObject({ ...alike, reason: authFailureReason }) },
} as const;
export type AuthEvent = EventOf<typeof authEvents>;
