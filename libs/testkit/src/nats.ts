import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer, type NatsServer } from '@ffapi/bus';

export interface TestNats extends NatsServer {
  readonly storeDir: string;
}

/** A real nats-server for one test file; its folder goes away with `stop` unless one was given. */
export const startNats = async (
  options: { syncInterval?: string; storeDir?: string; port?: number; monitorPort?: number } = {},
): Promise<TestNats> => {
  const storeDir = options.storeDir ?? mkdtempSync(join(tmpdir(), 'ffapi-nats-'));
  const server = await startNatsServer({ dir: storeDir, ...options });
  return {
    ...server,
    storeDir,
    stop: async () => {
      await server.stop();
      if (options.storeDir === undefined) rmSync(storeDir, { recursive: true, force: true });
    },
  };
};
