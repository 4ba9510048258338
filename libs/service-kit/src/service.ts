import 'reflect-metadata';
import { Module, type DynamicModule, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { Logger } from '@ffapi/telemetry';
import { RequestServer, type RequestHandlers } from './requests.ts';
import type { Running } from './running.ts';
import type { ServiceContext } from './runtime.ts';

export interface ComponentHealth {
  readonly status: 'up' | 'down' | 'degraded' | 'absent';
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface ServiceParts {
  readonly requests?: RequestHandlers;
  /** Started after the requests are served. */
  readonly start?: () => Promise<Running>;
  readonly health?: () => Promise<Readonly<Record<string, ComponentHealth>>>;
}

export interface Service {
  readonly name: string;
  readonly health: () => Promise<Readonly<Record<string, ComponentHealth>>>;
  /** As in `Running`. */
  readonly ended: Promise<void> | undefined;
  /** As in `Running`; 0 where nothing is worked on. */
  inHand(): number;
  stop(): Promise<void>;
}

/** Nest's view of a service: one transport that serves requests and runs consumers. */
class ServiceStrategy extends Server implements CustomTransportStrategy {
  readonly #parts: ServiceParts;
  readonly #requests: RequestServer;
  #running: Running | null = null;

  constructor(context: ServiceContext, parts: ServiceParts) {
    super();
    this.#parts = parts;
    this.#requests = new RequestServer(context.connection, parts.requests ?? {}, context.service, context.log);
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        void this.#requests.listen((error?: unknown) => (error ? reject(error as Error) : resolve()));
      });
      this.#running = (await this.#parts.start?.()) ?? null;
      callback();
    } catch (error) {
      callback(error);
    }
  }

  get ended(): Promise<void> | undefined {
    return this.#running?.ended;
  }

  inHand(): number {
    return this.#running?.inHand?.() ?? 0;
  }

  /** Nothing new is taken while what is in hand comes to its end. */
  async close(): Promise<void> {
    await this.#requests.close();
    await this.#running?.stop();
  }

  override on(): never {
    throw new Error('this transport has no events of its own');
  }

  override unwrap<T>(): T {
    return this.#requests as T;
  }
}

class Hull {}
Module({})(Hull);
const nestShell: DynamicModule = { module: Hull };

/** Nest's own words at trace level: they tell of the framework, not of the work. */
export const nestLogger = (log: Logger): LoggerService => ({
  log: (message: unknown) => log.trace(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown, ...rest: unknown[]) => log.error({ rest }, String(message)),
});

/** Starts a service that answers requests and runs consumers, under Nest's life cycle. */
export const startService = async (context: ServiceContext, parts: ServiceParts): Promise<Service> => {
  const strategy = new ServiceStrategy(context, parts);
  const app = await NestFactory.createMicroservice(nestShell, {
    strategy,
    logger: nestLogger(context.log),
    abortOnError: false,
  });
  await app.listen();
  const requests = Object.entries(parts.requests ?? {});
  for (const [name, handler] of requests) context.local.set(name, handler);
  return {
    name: context.service,
    health: parts.health ?? (async () => ({})),
    ended: strategy.ended,
    inHand: () => strategy.inHand(),
    stop: async () => {
      for (const [name] of requests) context.local.delete(name);
      await app.close();
    },
  };
};
