import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Fields that may hold secrets wherever they turn up; removed from every line. */
const redacted = ['api_key', 'apiKey', 'authorization', 'x-api-key', 'password', 'secret', 'token', 'headers'].flatMap(
  (name) => [`["${name}"]`, `*["${name}"]`],
);

export interface LoggerOptions {
  readonly level: string;
  readonly service: string;
  readonly instance: string;
}

/** JSON lines on stderr (stdout belongs to what people asked for), with the service and instance on each. */
export const createLogger = ({ level, service, instance }: LoggerOptions): Logger =>
  pino(
    {
      level,
      base: { service, instance },
      redact: { paths: redacted, remove: true },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 2, sync: false }),
  );
