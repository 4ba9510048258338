import { randomBytes } from 'node:crypto';
import type { TwoFactorAnswer } from '@ffapi/contracts';
import { makeRecoveryCodes, recoveryCodeBytes } from './recovery-codes.ts';
import { base32, otpauthUri, totpSecretBytes } from './totp.ts';
import type { User } from '../people/index.ts';
import { RequestRefused, type AnswerFor, type CallOf, type HandlersFor } from '../requests/index.ts';
import { loggedIn, replaceSession, type SessionPorts } from './session.handlers.ts';

type Call = CallOf<'two_factor'>;
type Answer = AnswerFor<'two_factor'>;
type Action = Call['body']['action'];

const answer = (body: TwoFactorAnswer, headers: Record<string, string> = {}): Answer => ({
  headers: { 'cache-control': 'no-store', ...headers },
  body,
});

const fromUser = ({ userId }: User, { requestId, caller: { origin } }: Call) => ({ by: userId, requestId, origin });

/** Counts a try at a code, and refuses when it is not right. */
const spendCode = async ({ codes }: SessionPorts, user: User, isRight: () => Promise<boolean>): Promise<void> => {
  const takeBack = await codes.count([user.userId]);
  if (!(await isRight())) throw new RequestRefused('code_invalid');
  await takeBack();
};

const codeOf = (call: Call): string => {
  const { code } = call.body;
  if (code !== undefined) return code;
  throw new RequestRefused('invalid_request', {
    errors: [{ pointer: '/code', code: 'required', message: 'This action needs a code.' }],
  });
};

const newRecoveryCodes = ({ secondFactor }: SessionPorts): { shown: string[]; digests: string[] } => {
  const shown = makeRecoveryCodes(randomBytes(recoveryCodeBytes));
  return { shown, digests: shown.map((code) => secondFactor.digestOf(code)) };
};

const begin = async ({ context, users }: SessionPorts, call: Call, user: User): Promise<Answer> => {
  if (user.twoFactor) throw new RequestRefused('two_factor_state');
  const secret = randomBytes(totpSecretBytes);
  const secretRef = await context.secrets.seal(secret.toString('base64'), { purpose: 'totp' });
  await users.order(user.userId, { type: 'BeginTwoFactor', secretRef }, fromUser(user, call));
  if (user.begunSecretRef !== null) await context.secrets.delete(user.begunSecretRef);
  return answer({ two_factor: false, secret: base32(secret), otpauth_uri: otpauthUri(user.name, secret) });
};

/** Other sessions end: they were begun with the password alone. */
const confirm = async (ports: SessionPorts, call: Call, user: User): Promise<Answer> => {
  const { secondFactor, users, people } = ports;
  const { begunSecretRef: secretRef, userId } = user;
  if (user.twoFactor || secretRef === null) throw new RequestRefused('two_factor_state');
  const code = codeOf(call).replaceAll(/\s/g, '');
  await spendCode(ports, user, async () => secondFactor.spendTotp(userId, await secondFactor.secret(secretRef), code));
  const { shown, digests } = newRecoveryCodes(ports);
  const command = { type: 'EnableTwoFactor', secretRef, recoveryCodes: digests } as const;
  const enabled = await users.order(userId, command, fromUser(user, call));
  if (!enabled) throw new RequestRefused('session_ended');
  const { session, headers } = await replaceSession(ports, call, enabled);
  return answer({ two_factor: true, recovery_codes: shown, csrf_token: people.csrfToken(session) }, headers);
};

const spendOwnCode = async (ports: SessionPorts, call: Call, user: User): Promise<string> => {
  const { secondFactor } = ports;
  if (!user.twoFactor) throw new RequestRefused('two_factor_state');
  const { secretRef } = user.twoFactor;
  const code = codeOf(call);
  await spendCode(ports, user, async () =>
    secondFactor.spend(user, await secondFactor.secret(secretRef), code, fromUser(user, call)),
  );
  return secretRef;
};

const actions: Readonly<Record<Action, (ports: SessionPorts, call: Call, user: User) => Promise<Answer>>> = {
  begin,
  confirm,
  recovery_codes: async (ports, call, user) => {
    await spendOwnCode(ports, call, user);
    const { shown, digests } = newRecoveryCodes(ports);
    const command = { type: 'MakeRecoveryCodes', recoveryCodes: digests } as const;
    await ports.users.order(user.userId, command, fromUser(user, call));
    return answer({ two_factor: true, recovery_codes: shown });
  },
  disable: async (ports, call, user) => {
    const secretRef = await spendOwnCode(ports, call, user);
    await ports.users.order(user.userId, { type: 'DisableTwoFactor' }, fromUser(user, call));
    await ports.context.secrets.delete(secretRef);
    return answer({ two_factor: false });
  },
};

export const twoFactorHandlers = (ports: SessionPorts): HandlersFor<'two_factor'> => ({
  two_factor: (call) => {
    const { user } = loggedIn(ports, call);
    return actions[call.body.action](ports, call, user);
  },
});
