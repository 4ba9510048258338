import {
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import { formatTraceparent } from './trace-context.ts';

export interface TracingOptions {
  readonly isEnabled: boolean;
  /** Port 4317 speaks OTLP over gRPC, every other one OTLP over HTTP (OpenTelemetry's own defaults). */
  readonly endpoint: string;
  readonly version: string;
}

export interface Tracing {
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** Starts sending spans; loaded and started only when it is on. */
export const startTracing = async ({ isEnabled, endpoint, version }: TracingOptions): Promise<Tracing> => {
  if (!isEnabled) return { stop: async () => {} };
  const [{ NodeSDK }, { BatchSpanProcessor }, { resourceFromAttributes }, exporter] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
    exporterFor(endpoint),
  ]);
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({ 'service.name': 'ffapi', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 500 })],
    instrumentations: [],
    autoDetectResources: false,
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return { stop: () => sdk.shutdown().catch(() => {}) };
};

const exporterFor = async (endpoint: string) => {
  const url = new URL(endpoint);
  if (url.port === '4317') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc');
    return new OTLPTraceExporter({ url: endpoint });
  }
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter({ url: new URL('/v1/traces', url).href });
};

export interface SpanOptions {
  readonly service: string;
  /** The traceparent of what caused this; absent: a new trace. */
  readonly parent?: string | null | undefined;
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Runs the work inside a span that joins the trace of its cause; the traceparent given to it is for what it causes. */
export const withSpan = async <T>(
  name: string,
  options: SpanOptions,
  work: (traceparent: string | null) => Promise<T>,
): Promise<T> => {
  const tracer = trace.getTracer(`ffapi.${options.service}`);
  const parent = options.parent
    ? propagation.extract(context.active(), { traceparent: options.parent })
    : context.active();
  const span = tracer.startSpan(
    name,
    { kind: kinds[options.kind ?? 'internal'], attributes: { ...options.attributes } },
    parent,
  );
  try {
    return await context.with(trace.setSpan(parent, span), () => work(traceparentOf(span)));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
    throw error;
  } finally {
    span.end();
  }
};

const traceparentOf = (span: Span): string | null => {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return isSpanContextValid(span.spanContext())
    ? formatTraceparent({ traceId, spanId, isSampled: (traceFlags & 1) === 1 })
    : null;
};
