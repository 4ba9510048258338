import { call, expectProblem, type Answer } from './testbed.ts';

export interface NewKey {
  readonly id: string;
  readonly api_key: string;
  readonly prefix: string;
}

/** Makes a key as the first admin. */
export const createKey = async (fields: Record<string, unknown> = {}): Promise<NewKey> => {
  const { status, body } = await call<NewKey>('POST', '/admin/api-keys', { name: 'test', ...fields });
  if (status !== 201) throw new Error(`no key: ${JSON.stringify(body)}`);
  return body;
};

/** A call with a key of its own. */
export const callAs = <T = Record<string, unknown>>(
  key: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> => call<T>(method, path, body, { 'x-api-key': key, ...headers });

export const expectRefused = async (answer: Promise<Answer<unknown>>, status: number, code: string): Promise<void> => {
  expectProblem(await answer, status, code);
};
