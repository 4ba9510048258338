import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startNatsServer, type NatsServer, type NatsServerOptions } from './nats-server.ts';

export interface KeptNatsServerOptions extends NatsServerOptions {
  /** How often is looked whether its streams can be written to. */
  readonly lookMs?: number | undefined;
  /** Called when it is started again, with what was wrong. */
  readonly onHeal?: ((reason: string) => void) | undefined;
}

/** With less room than this a server that starts would stop writing at once. */
const roomBytesMin = 8 * 1024 * 1024;
const answerMs = 5_000;
const startsMax = 100;

/** What the server says of a stream that it has stopped to write to; `null` while all is well, or it cannot be asked. */
const brokenStream = async (monitorUrl: string): Promise<string | null> => {
  const answer = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(answerMs) }).catch(() => null);
  if (answer === null || answer.ok) return null;
  const { error = '' } = (await answer.json().catch(() => ({}))) as { error?: string };
  return /write error|no space left|JetStream (has been )?disabled/i.test(error) ? error : null;
};

const hasRoom = async (dir: string): Promise<boolean> => {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize >= roomBytesMin;
};

/**
 * A server of one's own that gets over a full disk. After one write that found no room NATS does not write to that
 * stream again until it is started anew, also when there is room: whoever waits for the store would wait for ever.
 * Clients find it where it was.
 */
export const keepNatsServer = async (options: KeptNatsServerOptions): Promise<NatsServer> => {
  const { lookMs = 2_000 } = options;
  let server = await startNatsServer(options);
  const [port, monitorPort] = [server.url, server.monitorUrl].map((url) => Number(new URL(url).port));
  const { promise: exited, resolve, reject } = Promise.withResolvers<number | null>();
  exited.catch(() => {});
  let looking: Promise<void> | null = null;
  let isHealing = false;
  let isStopping = false;

  const follow = ({ exited: ended }: NatsServer): void => {
    void ended.then((code) => (isHealing ? undefined : resolve(code)));
  };
  const heal = async (): Promise<void> => {
    const reason = await brokenStream(server.monitorUrl);
    if (reason === null || isStopping || !(await hasRoom(options.dir))) return;
    options.onHeal?.(reason);
    isHealing = true;
    await server.stop();
    server = await startAgain();
    isHealing = false;
    follow(server);
  };
  /** The room may be gone again before it has started. */
  const startAgain = async (): Promise<NatsServer> => {
    for (let tries = 1; ; tries++) {
      try {
        return await startNatsServer({ ...options, port, monitorPort });
      } catch (error) {
        if (isStopping || tries === startsMax) throw error;
        await delay(lookMs);
      }
    }
  };
  follow(server);
  const ticker = setInterval(() => {
    looking ??= heal()
      .catch(reject)
      .finally(() => {
        looking = null;
      });
  }, lookMs);

  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    isStopping = true;
    clearInterval(ticker);
    await looking;
    await server[how]();
  };
  return {
    url: server.url,
    monitorUrl: server.monitorUrl,
    get pid() {
      return server.pid;
    },
    exited,
    stop: () => end('stop'),
    kill: () => end('kill'),
  };
};
