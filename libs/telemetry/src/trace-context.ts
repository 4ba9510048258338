/** A W3C traceparent: version, trace id, parent span id, flags. */
const shape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** The parts of a traceparent, or `null` when it is not one (W3C Trace Context level 2). */
export const parseTraceparent = (value: string | null | undefined): TraceContext | null => {
  const match = shape.exec(value ?? '');
  if (!match || /^0+$/.test(match[1] as string) || /^0+$/.test(match[2] as string)) return null;
  return {
    traceId: match[1] as string,
    spanId: match[2] as string,
    isSampled: (Number.parseInt(match[3] as string, 16) & 1) === 1,
  };
};

export const formatTraceparent = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
