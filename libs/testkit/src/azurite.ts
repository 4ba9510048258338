import { createHmac } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './find-binary.ts';
import { freePorts } from './free-ports.ts';
import { startServerProcess } from './server-process.ts';

export interface TestAzure {
  /** With the account in the path, as an emulator has it. */
  readonly endpoint: string;
  readonly account: { readonly name: string; readonly key: string };
  /** It is there and empty. */
  readonly container: string;
  stop(): Promise<void>;
}

/** Where `tools/azurite/build.mjs` has put Azure's emulator, or where it is on the PATH. */
export const findAzurite = (): string | undefined => findBinary('azurite-blob');

export interface AzuriteOptions {
  /** It stays; absent: a new one that goes away with `stop`. */
  readonly dir?: string;
  /** Absent: a free one. */
  readonly port?: number;
}

/** The account that every emulator has, and its key, which is no secret. */
const account = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
};

/** Azure's emulator of its blob storage as a child: protocol and signatures are real, the server is a stand-in. */
export const startAzurite = async (options: AzuriteOptions = {}): Promise<TestAzure> => {
  const binary = findAzurite();
  if (binary === undefined) throw new Error('azurite is not here: node tools/azurite/build.mjs');
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'ffapi-azurite-'));
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const address = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', dir];
  const endpoint = `http://127.0.0.1:${port}/${account.name}`;
  const isReady = () =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );
  // The SDK speaks a newer version of the protocol than the emulator knows by name.
  const argv = [...address, '--silent', '--disableTelemetry', '--skipApiVersionCheck'] as const;
  // It waits for connections that clients keep.
  const { stop } = await startServerProcess([process.execPath, realpathSync(binary), ...argv], isReady, 'SIGKILL');
  const container = 'blobs';
  await createContainer(endpoint, container);
  return {
    endpoint,
    account,
    container,
    stop: async () => {
      await stop();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
};

const createContainer = async (endpoint: string, container: string): Promise<void> => {
  const headers = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2025-01-05' };
  const signed = [
    `PUT${'\n'.repeat(11)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    `/${account.name}/${account.name}/${container}`,
    'restype:container',
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(account.key, 'base64')).update(signed).digest('base64');
  const authorization = `SharedKey ${account.name}:${signature}`;
  const answer = await fetch(`${endpoint}/${container}?restype=container`, {
    method: 'PUT',
    headers: { ...headers, authorization },
  });
  const isThere = 409;
  if (!answer.ok && answer.status !== isThere) throw new Error(`no container: ${await answer.text()}`);
};
