import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

export interface IdleAgentOptions {
  readonly url: string;
  /** A connection in use that is silent for so long ends with an error. */
  readonly idleTimeoutMs: number;
  /** Silence is counted until an answer begins only: whoever reads it may take a pause. */
  readonly untilAnswered?: boolean;
}

/** Connections that are kept, and given up when they are silent: the SDK would wait for them without an end. */
export const openIdleAgent = ({ url, idleTimeoutMs, untilAnswered = false }: IdleAgentOptions): http.Agent => {
  const { Agent } = url.startsWith('https:') ? https : http;
  // The agent sets this time on a connection again whenever it has become free.
  const agent = new Agent({ keepAlive: true, timeout: idleTimeoutMs });
  const watchAnswer = (socket: Socket): void => {
    if (untilAnswered) socket.once('data', () => socket.setTimeout(0));
  };
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (...asked) => {
    const socket = create(...asked) as Socket;
    socket.on('timeout', () =>
      socket.destroy(Object.assign(new Error(`nothing came for ${idleTimeoutMs} ms`), { code: 'ETIMEDOUT' })),
    );
    watchAnswer(socket);
    return socket;
  };
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    watchAnswer(socket as Socket);
    reuse(socket, request);
  };
  return agent;
};
