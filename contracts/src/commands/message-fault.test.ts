import { expect, it } from 'vitest';
import { messageFault } from './message-fault.ts';
import { requests } from './requests.ts';

const { ask, answer } = requests['asset.store'];
const blob = { sha256: 'a'.repeat(64), sizeBytes: 1 };
const store = { fileId: 'file_0000', actor: { keyId: 'key_0000', isAdmin: false }, name: 'a', blob, contentType: null };

it('a message that has what is asked for can be read, whatever else a newer process sends with it', () => {
  expect(messageFault(ask, store)).toBeNull();
  expect(messageFault(ask, { ...store, blob: { ...blob, tier: 'cold' }, tags: [] })).toBeNull();
});

it.each([
  ['nothing', undefined, ': Invalid input'],
  ['a text', 'x', ': Invalid input'],
  ['one that lacks a member', { ...store, name: undefined }, 'name: Invalid input'],
  ['one that has another kind of it', { ...store, actor: { keyId: 1, isAdmin: false } }, 'actor.keyId: Invalid input'],
  [
    'one that is at fault beside what is unknown',
    { ...store, x: 1, blob: { ...blob, sizeBytes: -1 } },
    'blob.sizeBytes',
  ],
])('%s cannot be, and its fault has a place', (_, message, fault) => {
  expect(messageFault(ask, message)).toContain(fault);
});

it('an answer is held against its own schema', () => {
  expect(messageFault(answer, { file: {}, position: 1 })).toContain('file.fileId');
});
