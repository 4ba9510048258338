import type { UserEvent } from '@ffapi/contracts';
import { given } from '@ffapi/es-testing';
import { describe, expect, it } from 'vitest';
import { evolveUser, userDecider, type User, type UserCommand } from './user.decider.ts';

const who = { userId: 'user_ada0', by: 'key_admin' };
const order = <C extends UserCommand>(command: C) => ({ ...command, ...who });
const passwordHash = '$argon2id$one';
const version = 1;

const create = order({ type: 'CreateUser', name: 'ada', role: 'viewer', passwordHash } as const);
const created = { type: 'UserCreated', version, data: { ...who, name: 'ada', role: 'viewer', passwordHash } } as const;
const deleted = { type: 'UserDeleted', version, data: who } as const;
const begun = { type: 'UserTwoFactorBegun', version, data: { ...who, secretRef: 'sec_1' } } as const;
const enabled = {
  type: 'UserTwoFactorEnabled',
  version,
  data: { ...who, secretRef: 'sec_1', recoveryCodes: ['a', 'b'] },
} as const satisfies UserEvent;
const enable = order({ type: 'EnableTwoFactor', secretRef: 'sec_1', recoveryCodes: ['a', 'b'] } as const);
const used = { type: 'UserRecoveryCodeUsed', version, data: { ...who, digest: 'a' } } as const;
const disabled = { type: 'UserTwoFactorDisabled', version, data: who } as const;

describe('a user', () => {
  it('is made once, and does not come back after they were deleted', () => {
    given(userDecider, []).when(create).then([created]);
    given(userDecider, [created]).when(create).thenRefused('user_exists');
    given(userDecider, [created, deleted]).when(create).thenRefused('user_not_found');
  });

  it('is not there before, nor afterwards', () => {
    for (const history of [[], [created, deleted]])
      given(userDecider, history)
        .when(order({ type: 'ChangePassword', passwordHash }))
        .thenRefused('user_not_found');
  });

  it('turns on the second factor whose secret they were shown, and no other', () => {
    given(userDecider, [created, begun]).when(enable).then([enabled]);
    given(userDecider, [created]).when(enable).thenRefused('two_factor_state');
    const later = { ...begun, data: { ...begun.data, secretRef: 'sec_2' } };
    given(userDecider, [created, begun, later]).when(enable).thenRefused('two_factor_state');
    given(userDecider, [created, begun, enabled]).when(enable).thenRefused('two_factor_state');
    const again = order({ type: 'BeginTwoFactor', secretRef: 'sec_3' } as const);
    given(userDecider, [created, begun, enabled]).when(again).thenRefused('two_factor_state');
  });

  it('uses a recovery code once, and only while the second factor is on', () => {
    const use = order({ type: 'UseRecoveryCode', digest: 'a' } as const);
    given(userDecider, [created, begun, enabled]).when(use).then([used]);
    given(userDecider, [created, begun, enabled, used]).when(use).thenRefused('code_invalid');
    given(userDecider, [created, begun, enabled, disabled]).when(use).thenRefused('code_invalid');
  });

  it('gets new recovery codes in place of all before', () => {
    const make = order({ type: 'MakeRecoveryCodes', recoveryCodes: ['c'] } as const);
    const made = {
      type: 'UserRecoveryCodesMade',
      version,
      data: { ...who, recoveryCodes: ['c'] },
    } as const satisfies UserEvent;
    given(userDecider, [created]).when(make).thenRefused('two_factor_state');
    given(userDecider, [created, begun, enabled]).when(make).then([made]);
    given(userDecider, [created, begun, enabled, made])
      .when(order({ type: 'UseRecoveryCode', digest: 'b' }))
      .thenRefused('code_invalid');
  });
});

describe('all sessions of a user', () => {
  const epochAfter = (...events: readonly UserEvent[]): number =>
    events.reduce<User | null>((user, event) => evolveUser(user, event, ''), null)?.epoch ?? 0;
  const password = { type: 'UserPasswordChanged', version, data: { ...who, passwordHash } } as const;

  it.each([
    ['a new password', [created], password, true],
    ['the second factor', [created, begun], enabled, true],
    ['being deleted', [created], deleted, true],
    ['coming back', [created, deleted], created, true],
    ['a recovery code', [created, begun, enabled], used, false],
    ['turning the second factor off', [created, begun, enabled], disabled, false],
  ] as const)('with %s', (_, before, event, ends) => {
    expect(epochAfter(...before, event) > epochAfter(...before)).toBe(ends);
  });
});
