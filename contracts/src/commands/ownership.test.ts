import { expect, it } from 'vitest';
import { maySee, visibleTo } from './ownership.ts';

it.each([
  ['its own', { keyId: 'key_a', isAdmin: false }, true, { apiKeyId: 'key_a' }],
  ['nothing of another', { keyId: 'key_b', isAdmin: false }, false, { apiKeyId: 'key_b' }],
  ['everything, as an admin', { keyId: 'key_b', isAdmin: true }, true, {}],
])('a key sees %s', (_, actor, sees, where) => {
  expect(maySee(actor, 'key_a')).toBe(sees);
  expect(visibleTo(actor)).toEqual(where);
});
