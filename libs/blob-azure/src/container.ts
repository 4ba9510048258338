import {
  BlobServiceClient,
  StorageSharedKeyCredential,
  type BlockBlobClient,
  type ContainerClient,
} from '@azure/storage-blob';
import { createBlobNames, leadsClients, openIdleAgent, type BlobNames } from '@ffapi/blob';
import { rethrow } from './failure-of.ts';

export type AzureAccount =
  | { readonly connectionString: string }
  | {
      readonly name: string;
      /** In base64. */
      readonly key: string;
    };

export interface AzureBlobStoreOptions {
  readonly account: AzureAccount;
  readonly container: string;
  /** Absent: the connection string's, or that of Azure for the account. */
  readonly endpoint?: string | undefined;
  /** Where clients reach that account, for direct links; absent: there, too, unless its name means something in this network only. */
  readonly publicEndpoint?: string | undefined;
  /** Before every name; several stores can share a container. */
  readonly prefix?: string | undefined;
  /** A stream may have as many as 50,000 blocks. */
  readonly blockSizeBytes?: number | undefined;
  /** How many names a listing asks for at once. */
  readonly pageMax?: number | undefined;
  /** How long a connection may be silent while something is waited for. */
  readonly idleTimeoutMs?: number | undefined;
}

/** One container with what is needed to speak to it. */
export interface Container {
  readonly name: string;
  readonly names: BlobNames;
  readonly client: ContainerClient;
  /** For bodies, which may wait for a slow reader as long as they like. */
  readonly reading: ContainerClient;
  /** Where direct links lead, and nothing is sent; absent where clients do not reach the account. */
  readonly linking: ContainerClient | undefined;
  /** What signs direct links where it is a key. */
  readonly credential: BlobServiceClient['credential'];
  readonly blockSizeBytes: number;
  readonly pageMax: number;
  readonly idleTimeoutMs: number;
  close(): void;
}

const retries = { maxTries: 4, retryDelayInMs: 200, maxRetryDelayInMs: 5000 };

export const openContainer = (options: AzureBlobStoreOptions): Container => {
  const { account, container: name, idleTimeoutMs = 30_000 } = options;
  const { url, credential } = serviceOf(account, options.endpoint);
  const isReached = options.publicEndpoint !== undefined || leadsClients(url);
  const agents = [false, true].map((untilAnswered) => openIdleAgent({ url, idleTimeoutMs, untilAnswered }));
  const [client, reading] = agents.map((agent) => {
    const pipeline = { retryOptions: retries, agent };
    return new BlobServiceClient(url, credential, pipeline).getContainerClient(name);
  }) as [ContainerClient, ContainerClient];
  return {
    name,
    names: createBlobNames(options.prefix),
    client,
    reading,
    linking: isReached ? new BlobServiceClient(options.publicEndpoint ?? url).getContainerClient(name) : undefined,
    credential,
    blockSizeBytes: options.blockSizeBytes ?? 8 << 20,
    pageMax: options.pageMax ?? 5000,
    idleTimeoutMs,
    close: () => agents.forEach((agent) => agent.destroy()),
  };
};

/** The address of the account, with a shared access signature where that is what a connection string gives. */
const serviceOf = (account: AzureAccount, endpoint: string | undefined) => {
  if (!('connectionString' in account)) {
    const credential = new StorageSharedKeyCredential(account.name, account.key);
    return { url: endpoint ?? `https://${account.name}.blob.core.windows.net`, credential };
  }
  const { url, credential } = read(account.connectionString);
  return { url: endpoint === undefined ? url.href : `${endpoint}${url.search}`, credential };
};

const read = (connectionString: string) => {
  try {
    const { url, credential } = BlobServiceClient.fromConnectionString(connectionString);
    return { url: new URL(url), credential };
  } catch {
    // Not as `cause`: what cannot be read may be shown in it.
    throw new Error('the connection string is none: take it as the portal gives it, from DefaultEndpointsProtocol on');
  }
};

export const blobClient = ({ client }: Container, name: string): BlockBlobClient => client.getBlockBlobClient(name);

/** Asks for nothing but whether the container is there and can be used. */
export const reachContainer = async ({ client }: Container): Promise<void> => {
  await client.getProperties().catch(rethrow);
};
