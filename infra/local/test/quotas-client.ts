import { expect } from 'vitest';
import type { JobResource } from '@ffapi/contracts';
import { silence } from '@ffapi/testkit';
import { call, originUrl, remux, url } from './testbed.ts';
import { callAs, createKey, type NewKey } from './keys-client.ts';

/** A new key with these quotas. */
export const limited = async (quota: Record<string, unknown>): Promise<NewKey> => {
  const key = await createKey();
  const set = await call('PUT', `/admin/api-keys/${key.id}/quota`, quota);
  expect(set.status, JSON.stringify(set.body)).toBe(200);
  return key;
};

export const source = () => ({ ...remux(), input_url: `${originUrl}/clip.mp4` });
/** A job that only changes the container. */
export const submit = ({ api_key }: NewKey, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  callAs<JobResource>(api_key, 'POST', '/v1/transcode', { ...source(), ...more }, headers);

export const mebibyte = 1024 * 1024;
/** Sends a file, again while the platform says that it may be tried again: a busy machine is no answer. */
export const send = async ({ api_key }: NewKey, sizeBytes: number): Promise<number> => {
  for (;;) {
    const form = new FormData();
    form.append('file', new Blob([silence(sizeBytes)]), 'silence.wav');
    const request = { method: 'POST', headers: { 'x-api-key': api_key }, body: form };
    const response = await fetch(`${url}/v1/files`, request);
    await response.arrayBuffer();
    if (response.status !== 503) return response.status;
  }
};

export const storedBytes = async ({ api_key }: NewKey): Promise<number> => {
  const { body } = await callAs<{ data: { size_bytes: number }[] }>(api_key, 'GET', '/v1/files?limit=200');
  return body.data.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
};
