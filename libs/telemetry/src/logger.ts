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

/** For the eyes of whoever sits at the terminal; loaded only there. */
const readable = process.stderr.isTTY
  ? (await import('pino-pretty')).default({
      destination: 2,
      sync: true,
      ignore: 'service,instance',
      translateTime: 'SYS:HH:MM:ss',
      messageFormat: '{service}  {msg}',
      singleLine: true,
    })
  : null;

/**
 * JSON lines on stderr (stdout belongs to what people asked for), with the service and instance on each; on a terminal
 * lines for people.
 */
export const createLogger = ({ level, service, instance }: LoggerOptions): Logger =>
  pino(
    {
      level,
      base: { service, instance },
      redact: { paths: redacted, remove: true },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    readable ?? pino.destination({ fd: 2, sync: false }),
  );
