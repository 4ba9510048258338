import type { ErrorCode } from '@ffapi/contracts';
import type { MediaFailure } from '@ffapi/media-exec';

/** What a tool does with the same file and the same arguments each time; not what a machine lacks at the moment. */
const repeatable = new Set<ErrorCode>(['ffmpeg_failed', 'ffmpeg_failed_concat', 'output_invalid', 'output_truncated']);

const lettersMax = 500;

/** The tool's last line that tells of an error, or its last at all, without addresses of its memory. */
const lastWords = (stderrTail: string): string => {
  const lines = stderrTail.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((each) => /\[(error|fatal|panic)\]/.test(each)) ?? lines.at(-1) ?? '';
  return line.replaceAll(/ ?@? ?0x[0-9a-f]+/gi, '').trim();
};

/** What a failure came from, the same for two attempts that ended alike; null where the next one may well succeed. */
export const failureCause = ({ code, message, details, stderrTail }: MediaFailure): string | null => {
  if (!repeatable.has(code) || typeof details.signal === 'string') return null;
  const exit = details.exitCode ?? 'none';
  return `${code}, exit ${exit}: ${message} ${lastWords(stderrTail)}`.slice(0, lettersMax);
};
