import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@ffapi/testkit';
import { stringify } from 'yaml';
import { keepTrack } from './faults/children.ts';
import { root } from './faults/service-process.ts';

/** Where `tools/jaeger/build.mjs` has put Jaeger, if it has. */
export const findJaeger = (): string | undefined => {
  if (!existsSync(cacheDir)) return undefined;
  return readdirSync(cacheDir)
    .filter((name) => name.startsWith('jaeger-'))
    .map((name) => join(cacheDir, name, 'jaeger'))
    .find((file) => existsSync(file));
};

export interface Ports {
  readonly otlpGrpc: number;
  readonly query: number;
  readonly queryGrpc: number;
}

/** Jaeger with a store in memory, on ports of its own. */
export const startJaeger = (binary: string, dir: string, { otlpGrpc, query, queryGrpc }: Ports): (() => void) => {
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: `127.0.0.1:${query}` },
        grpc: { endpoint: `127.0.0.1:${queryGrpc}` },
      },
      jaeger_storage: { backends: { memory: { memory: { max_traces: 1_000 } } } },
    },
    receivers: { otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${otlpGrpc}` } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  };
  const file = join(dir, 'jaeger.yml');
  writeFileSync(file, stringify(config));
  const child = keepTrack(spawn(binary, ['--config', file], { stdio: 'ignore' }));
  return () => void child.kill();
};

/** A collector with the configuration that the project ships, which hands on to that address. */
export const startCollector = (binary: string, address: { grpc: string; http: string }, to: string): (() => void) => {
  const child = keepTrack(
    spawn(binary, ['--config', join(root, 'infra/observability/otel-collector.yml')], {
      stdio: 'ignore',
      env: { PATH: '', OTLP_GRPC_ADDRESS: address.grpc, OTLP_HTTP_ADDRESS: address.http, TRACES_ENDPOINT: to },
    }),
  );
  return () => void child.kill();
};

interface Span {
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: string; readonly spanID: string }[];
}

/** The spans of a trace as Jaeger's API gives them; none while there is no such trace. */
export const spansOf = async (query: number, traceId: string): Promise<readonly Span[]> => {
  const response = await fetch(`http://127.0.0.1:${query}/api/traces/${traceId}`).catch(() => null);
  if (!response?.ok) return [];
  const { data } = (await response.json()) as { data: { spans: Span[] }[] };
  return data.flatMap(({ spans }) => spans);
};
