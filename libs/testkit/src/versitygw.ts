import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './find-binary.ts';
import { freePorts } from './free-ports.ts';
import { startServerProcess } from './server-process.ts';

export interface TestS3 {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** It is there and empty. */
  readonly bucket: string;
  /** Where the bucket's objects lie as files. */
  readonly dir: string;
  stop(): Promise<void>;
}

/** Where `tools/versitygw/build.mjs` has put the gateway, or where it is on the PATH. */
export const findVersityGw = (): string | undefined => findBinary('versitygw');

export interface VersityGwOptions {
  /** It stays; absent: a new one that goes away with `stop`. */
  readonly dir?: string;
  /** Absent: a free one. */
  readonly port?: number;
  /** A command that starts it, such as one that gives it a volume of its own. */
  readonly under?: readonly string[];
}

/** Versity's gateway on a folder as a child: protocol and signatures of S3 are real. */
export const startVersityGw = async (options: VersityGwOptions = {}): Promise<TestS3> => {
  const binary = findVersityGw();
  if (binary === undefined) throw new Error('versitygw is not here: node tools/versitygw/build.mjs');
  const root = options.dir ?? mkdtempSync(join(tmpdir(), 'ffapi-versitygw-'));
  const bucket = 'blobs';
  const region = 'us-east-1';
  const dir = join(root, 'data', bucket);
  const metadata = join(root, 'metadata');
  for (const folder of [dir, metadata]) mkdirSync(folder, { recursive: true });
  const credentials = { accessKeyId: 'ffapi-test', secretAccessKey: 'a-secret-of-tests-0123456789' };
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const endpoint = `http://127.0.0.1:${port}`;
  const [command = binary, ...argv] = [
    ...(options.under ?? []),
    binary,
    `--access=${credentials.accessKeyId}`,
    `--secret=${credentials.secretAccessKey}`,
    `--port=127.0.0.1:${port}`,
    `--region=${region}`,
    '--health=/health',
    '--keep-alive',
    '--quiet',
    'posix',
    // Not every file system has the extended attributes that it would use otherwise.
    `--sidecar=${metadata}`,
    join(root, 'data'),
  ];
  const isReady = () =>
    fetch(`${endpoint}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  // Asked to end, it waits for connections that clients keep.
  const { stop } = await startServerProcess([command, ...argv], isReady, 'SIGKILL');
  return {
    endpoint,
    region,
    credentials,
    bucket,
    dir,
    stop: async () => {
      await stop();
      if (options.dir === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
};
