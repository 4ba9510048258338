import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './find-binary.ts';
import { freePorts } from './free-ports.ts';
import { openGcsRules } from './gcs-rules.ts';
import { isSigned } from './gcs-signature.ts';
import { startServerProcess } from './server-process.ts';

export interface TestGcs {
  readonly endpoint: string;
  /** Of an account that signs links. */
  readonly credentials: {
    readonly type: 'service_account';
    readonly client_email: string;
    readonly private_key: string;
  };
  /** It is there and empty. */
  readonly bucket: string;
  stop(): Promise<void>;
}

/** Where `tools/fake-gcs-server/build.mjs` has put the server, or where it is on the PATH. */
export const findFakeGcs = (): string | undefined => findBinary('fake-gcs-server');

export interface FakeGcsOptions {
  /** It stays; absent: a new one that goes away with `stop`. */
  readonly dir?: string;
  /** Absent: a free one. */
  readonly port?: number;
}

const makeKeys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** The same for every server of this process: one that is started anew knows the account. */
let made: ReturnType<typeof makeKeys> | undefined;
const keys = () => (made ??= makeKeys());

const email = 'media@ffapi-test.iam.gserviceaccount.com';

/**
 * A server of Google's protocol on a folder as a child, behind the rules that it leaves out: the protocol is real, the
 * server is a stand-in.
 */
export const startFakeGcs = async (options: FakeGcsOptions = {}): Promise<TestGcs> => {
  const binary = findFakeGcs();
  if (binary === undefined) throw new Error('fake-gcs-server is not here: node tools/fake-gcs-server/build.mjs');
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'ffapi-fake-gcs-'));
  const bucket = 'blobs';
  mkdirSync(join(dir, bucket), { recursive: true });
  const { publicKey, privateKey } = keys();
  const [port = 0] = await freePorts(1);
  const served = `http://127.0.0.1:${port}`;
  const address = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-public-host', `127.0.0.1:${port}`];
  const isReady = () =>
    fetch(`${served}/_internal/healthcheck`).then(
      ({ ok }) => ok,
      () => false,
    );
  const { stop } = await startServerProcess(
    [binary, ...address, '-filesystem-root', dir, '-log-level', 'error'],
    isReady,
    'SIGKILL',
  );
  const rules = await openGcsRules(served, options.port ?? 0, {
    bucket,
    isSigned: (link) => isSigned(link, email, publicKey),
  });
  return {
    endpoint: rules.endpoint,
    credentials: { type: 'service_account', client_email: email, private_key: privateKey },
    bucket,
    stop: async () => {
      await rules.close();
      await stop();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
};
