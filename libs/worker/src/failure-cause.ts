import type { ErrorCode } from '@ffapi/contracts';
import type { MediaFailure } from '@ffapi/media-exec';

/** What a tool does with the same file and the same arguments each time; not what a machine lacks at the moment. */
const repeatable = new Set<ErrorCode>(['ffmpeg_failed', 'ffmpeg_failed_concat', 'output_invalid', 'output_truncated']);

const lettersMax = 500;

/**
 * What the tool says of errors, without addresses of its memory: the first words name what went wrong, the last how it
 * ended. Tools that mark no line as an error have their last.
 */
const words = (stderrTail: string): string => {
  const lines = stderrTail.split('\n').filter((line) => line.trim() !== '');
  const marked = lines.filter((line) => /\[(error|fatal|panic)\]/.test(line));
  const told = marked.length > 0 ? [marked[0], marked.at(-1)] : lines.slice(-1);
  return [...new Set(told)].join(' … ').replaceAll(/ ?@? ?0x[0-9a-f]+/gi, '');
};

/** What a failure came from, the same for two attempts that ended alike; null where the next one may well succeed. */
export const failureCause = ({ code, message, details, stderrTail }: MediaFailure): string | null => {
  if (!repeatable.has(code) || typeof details.signal === 'string') return null;
  const exit = details.exitCode ?? 'none';
  return `${code}, exit ${exit}: ${message} ${words(stderrTail)}`.slice(0, lettersMax);
};
