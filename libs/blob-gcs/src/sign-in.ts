import type { Agent } from 'node:http';
import {
  Compute,
  ExternalAccountClient,
  GoogleAuth,
  JWT,
  PassThroughClient,
  UserRefreshClient,
  type AuthClient,
  type ExternalAccountClientOptions,
  type JWTInput,
} from 'google-auth-library';

/** What a file of GOOGLE_APPLICATION_CREDENTIALS holds. */
export type GcsCredentials = JWTInput;

const scopes = ['https://www.googleapis.com/auth/devstorage.read_write'];

/**
 * As whom the bucket is used: whom the credentials name, else the role of the machine or pod, which its metadata server
 * tells. Nothing else is looked for. Over plain HTTP, which is for emulators, nobody signs in: no token is ever sent that
 * could be read on the way.
 */
export const openSignIn = (url: string, credentials: GcsCredentials | undefined, agent: Agent): GoogleAuth => {
  const options = { useAuthRequestParameters: false, transporterOptions: { agent } };
  const authClient = url.startsWith('http:')
    ? new PassThroughClient(options)
    : credentials === undefined
      ? new Compute({ ...options, scopes })
      : clientOf(credentials, options);
  return new GoogleAuth({ authClient });
};

const clients = {
  service_account: ({ client_email, private_key, private_key_id }, options) =>
    new JWT({ ...options, email: client_email, key: private_key, keyId: private_key_id, scopes }),
  external_account: (credentials, options) => {
    const client = ExternalAccountClient.fromJSON({
      ...options,
      ...(credentials as unknown as ExternalAccountClientOptions),
    });
    if (client === null) throw new Error('the credentials cannot be used');
    client.scopes = scopes;
    return client;
  },
  authorized_user: ({ client_id, client_secret, refresh_token }, options) =>
    new UserRefreshClient({
      ...options,
      clientId: client_id,
      clientSecret: client_secret,
      refreshToken: refresh_token,
    }),
} as const satisfies Record<string, (credentials: GcsCredentials, options: object) => AuthClient>;

const isKnown = (type: string): type is keyof typeof clients => Object.hasOwn(clients, type);

const clientOf = (credentials: GcsCredentials, options: object): AuthClient => {
  const { type = '' } = credentials;
  if (isKnown(type)) return clients[type](credentials, options);
  throw new Error(`credentials are taken of the types ${Object.keys(clients).join(', ')}, and not of any other`);
};

/** Signs links with the private key of a service account, and asks nobody; absent where there is none. */
export const openSigner = (credentials: GcsCredentials | undefined): GoogleAuth | undefined => {
  const { client_email: email, private_key: key } = credentials ?? {};
  if (credentials === undefined || email === undefined || key === undefined) return undefined;
  const signer = new GoogleAuth({ authClient: new JWT({ email, key }) });
  // Where it reads the name of the account; else it would look for a metadata server.
  signer.jsonContent = credentials;
  return signer;
};
