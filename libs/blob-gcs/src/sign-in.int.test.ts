import { createVerify, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { Agent } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGcsBlobStore } from './index.ts';
import { openSignIn } from './sign-in.ts';

const google = 'https://storage.googleapis.com';
const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const credentials = {
  type: 'service_account',
  client_email: 'media@films.iam.gserviceaccount.com',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
};
const token = JSON.stringify({ access_token: 'of-a-test', expires_in: 3600, token_type: 'Bearer' });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

const listen = async (answerTo: RequestListener): Promise<number> => {
  const server = createServer(answerTo);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

/** The metadata server of a machine or pod. */
const startMetadata = async (answerTo: RequestListener): Promise<void> => {
  vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${await listen(answerTo)}`);
};

/** Whatever host is asked for, what comes there is taken down, and answered with a token. */
const openWiretap = async () => {
  const asked: { readonly host: string | undefined; readonly path: string | undefined; readonly body: string }[] = [];
  const port = await listen(async (incoming: IncomingMessage, answer) => {
    asked.push({ host: incoming.headers.host, path: incoming.url, body: await text(incoming) });
    answer.writeHead(200, { 'content-type': 'application/json' }).end(token);
  });
  const agent = new Agent();
  agent.createConnection = () => connect(port, '127.0.0.1');
  return { asked, agent };
};

const authorization = async (signIn: ReturnType<typeof openSignIn>): Promise<string | null> =>
  (await signIn.getRequestHeaders()).get('authorization');

describe('who signs in to the bucket', () => {
  it('is the role of the machine or pod where nothing is said, whatever else lies about', async () => {
    const asked: (string | undefined)[] = [];
    await startMetadata((incoming, answer) => {
      asked.push(incoming.url, String(incoming.headers['metadata-flavor']));
      const headers = { 'content-type': 'application/json', 'metadata-flavor': 'Google' };
      answer.writeHead(200, headers).end(token);
    });
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nowhere/key.json');
    vi.stubEnv('CLOUDSDK_CONFIG', '/nowhere');
    expect(await authorization(openSignIn(google, undefined, new Agent()))).toBe('Bearer of-a-test');
    const path = `/computeMetadata/v1/instance/service-accounts/default/token?scopes=${encodeURIComponent(scope)}`;
    expect(asked).toEqual([path, 'Google']);
  });

  it('is the service account of the credentials, by its signature, and the token is kept', async () => {
    const { asked, agent } = await openWiretap();
    const signIn = openSignIn(google, credentials, agent);
    for (let round = 0; round < 2; round++) expect(await authorization(signIn)).toBe('Bearer of-a-test');
    expect(asked).toMatchObject([{ host: 'oauth2.googleapis.com', path: '/token' }]);
    const form = new URLSearchParams(asked[0]?.body);
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    expect(createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url')).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: credentials.client_email,
      scope,
      aud: 'https://oauth2.googleapis.com/token',
    });
  });

  it('is the user whose credentials are given', async () => {
    const { asked, agent } = await openWiretap();
    const user = { type: 'authorized_user', client_id: 'one', client_secret: 'two', refresh_token: 'three' };
    expect(await authorization(openSignIn(google, user, agent))).toBe('Bearer of-a-test');
    const form = Object.fromEntries(new URLSearchParams(asked[0]?.body));
    expect(form).toMatchObject({ client_id: 'one', refresh_token: 'three', grant_type: 'refresh_token' });
  });

  it('is nobody over plain HTTP', async () => {
    const signIn = openSignIn('http://127.0.0.1:4443', credentials, new Agent());
    expect(await authorization(signIn)).toBeNull();
  });

  it('is not guessed from credentials of another type', () => {
    const other = { ...credentials, type: 'gdch_service_account' };
    expect(() => openSignIn(google, other, new Agent())).toThrow(/service_account, external_account, authorized_user/);
  });
});

describe('a bucket that nobody can sign in to', () => {
  const check = async (idleTimeoutMs?: number) => {
    const store = createGcsBlobStore({ bucket: 'films', endpoint: 'https://127.0.0.1:9', idleTimeoutMs });
    closing.push(() => store.close());
    await store.check();
  };

  it('says so where there is no role', async () => {
    await startMetadata((_, answer) => answer.writeHead(404, { 'metadata-flavor': 'Google' }).end());
    await expect(check()).rejects.toThrow(/"films" cannot be signed in to: .*the role of the machine or pod.*404/);
  });

  it('is given up when no token comes', async () => {
    await startMetadata(() => {});
    await expect(check(200)).rejects.toThrow(/cannot be signed in to: .*no token came for 200 ms/);
  });
});
