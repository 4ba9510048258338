import { describe, expect, it } from 'vitest';
import { signAwsCall, type AwsCall } from './aws-signature.ts';

/** AWS's published test suite for Signature Version 4. */
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const call: AwsCall = {
  method: 'GET',
  url: new URL('https://example.amazonaws.com/'),
  headers: {},
  body: '',
  region: 'us-east-1',
  service: 'service',
  now: new Date('2015-08-30T12:36:00Z'),
};
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const vectors: readonly (readonly [string, Partial<AwsCall>, string])[] = [
  ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', { method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'post-x-www-form-urlencoded',
    { method: 'POST', headers: form, body: 'Param1=value1' },
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
];

describe('Signature Version 4', () => {
  it.each(vectors)('%s', (_, more, signature) => {
    const { authorization } = signAwsCall({ ...call, ...more }, credentials);
    expect(authorization).toContain('Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ');
    expect(authorization?.split('Signature=')[1]).toBe(signature);
  });

  it('signs the token of temporary credentials, and leaves the host to the connection', () => {
    const headers = signAwsCall(call, { ...credentials, sessionToken: 't' });
    expect(headers).toMatchObject({ 'x-amz-security-token': 't', 'x-amz-date': '20150830T123600Z' });
    expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token, ');
    expect(headers).not.toHaveProperty('host');
  });
});
