import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { judgePace, type Mark, type Pace } from '../requests/index.ts';

export interface SlowConnectionsOptions extends Pace {
  /** Told of a connection whose request has a body that does not come. */
  readonly onSlowBody: (socket: Socket) => void;
}

interface Watched {
  request: IncomingMessage | null;
  body: Mark;
  answer: Mark;
}

const looksPerWindow = 6;
/** An answer is handed over in pieces: how much of one has been read is seen when all of it has. */
const answerWindows = 3;

/** While what has come is not taken yet, it is not the sender who is slow. */
const isOurTurn = (request: IncomingMessage): boolean => request.readableFlowing !== true || request.readableLength > 0;

const sentBytes = (socket: Socket): number => socket.bytesWritten - socket.writableLength;

/** Gives up bodies that do not come and answers that are not read. */
export class SlowConnections {
  readonly #options: SlowConnectionsOptions;
  readonly #watched = new Map<Socket, Watched>();
  readonly #looking: NodeJS.Timeout;

  constructor(options: SlowConnectionsOptions) {
    this.#options = options;
    this.#looking = setInterval(() => this.#look(performance.now()), options.windowMs / looksPerWindow);
    this.#looking.unref();
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      const mark = { atMs: performance.now(), bytes: 0 };
      this.#watched.set(socket, { request: null, body: mark, answer: mark });
      socket.once('close', () => this.#watched.delete(socket));
    });
    server.on('request', (request: IncomingMessage, _response: ServerResponse) => {
      const watched = this.#watched.get(request.socket);
      if (!watched) return;
      watched.request = request;
      watched.body = { atMs: performance.now(), bytes: request.socket.bytesRead };
    });
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  #look(atMs: number): void {
    for (const [socket, watched] of this.#watched) {
      if (this.#isBodySlow(socket, watched, atMs)) this.#options.onSlowBody(socket);
      else if (this.#isAnswerUnread(socket, watched, atMs)) socket.destroy();
    }
  }

  #isBodySlow(socket: Socket, watched: Watched, atMs: number): boolean {
    const { request } = watched;
    if (!request || request.complete) return false;
    const now = { atMs, bytes: socket.bytesRead };
    const judged = isOurTurn(request) ? now : judgePace(watched.body, now, this.#options);
    if (judged === 'slow') return true;
    watched.body = judged;
    return false;
  }

  #isAnswerUnread(socket: Socket, watched: Watched, atMs: number): boolean {
    const now = { atMs, bytes: sentBytes(socket) };
    const pace = { windowMs: this.#options.windowMs * answerWindows, minBytesPerSecond: 0 };
    const judged = socket.writableLength === 0 ? now : judgePace(watched.answer, now, pace);
    if (judged === 'slow') return true;
    watched.answer = judged;
    return false;
  }
}
