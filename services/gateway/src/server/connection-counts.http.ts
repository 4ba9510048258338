import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressGroup } from '@ffapi/api-keys';
import { isTrusted } from '../identity/index.ts';

export interface ConnectionCountsOptions {
  /** How many an address may have; 0: any number. */
  readonly max: number;
  /** Whose connections are those of others. */
  readonly trusted: readonly string[];
  readonly onRefused: () => void;
}

interface Closable {
  once(event: 'close', listener: () => void): unknown;
}

/** What each address has open, so that none takes all there is. */
export class ConnectionCounts {
  readonly #options: ConnectionCountsOptions;
  readonly #open = new Map<string, number>();

  constructor(options: ConnectionCountsOptions) {
    this.#options = options;
  }

  /** Closes connections of an address that has enough of them, before a byte is read. */
  watch(server: Server): void {
    server.prependListener('connection', (socket: Socket) => {
      const peer = socket.remoteAddress ?? '';
      if (!isTrusted(this.#options.trusted, peer) && !this.#enter(peer, socket)) socket.destroy();
    });
  }

  /** Whether a request may be taken: through a proxy, a client has as many connections as requests in hand. */
  admits(peer: string, client: string, until: Closable): boolean {
    return !isTrusted(this.#options.trusted, peer) || peer === client || this.#enter(client, until);
  }

  #enter(address: string, until: Closable): boolean {
    const { max, onRefused } = this.#options;
    if (max === 0) return true;
    const group = addressGroup(address);
    const open = this.#open.get(group) ?? 0;
    if (open >= max) {
      onRefused();
      return false;
    }
    this.#open.set(group, open + 1);
    until.once('close', () => this.#leave(group));
    return true;
  }

  #leave(group: string): void {
    const open = (this.#open.get(group) ?? 1) - 1;
    if (open > 0) this.#open.set(group, open);
    else this.#open.delete(group);
  }
}
