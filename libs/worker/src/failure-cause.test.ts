import { MediaFailure } from '@ffapi/media-exec';
import { describe, expect, it } from 'vitest';
import { failureCause } from './failure-cause.ts';
import { classifyMediaFailure } from './run-operation.ts';

const failed = (address: string, last = 'Could not write header') =>
  new MediaFailure(
    'ffmpeg_failed',
    { exitCode: 1 },
    `[mp4 @ ${address}] [error] ${last}\n[info] frame= 1 speed=2.${address.length}x\n`,
  );

describe('the cause of a failure', () => {
  it('is the same for two attempts that end alike', () => {
    const cause = failureCause(failed('0x55d0a1'));
    expect(cause).toContain('exit 1');
    expect(cause).toContain('[mp4] [error] Could not write header');
    expect(failureCause(failed('0x7f00bb42'))).toBe(cause);
    expect(classifyMediaFailure(failed('0x55d0a1'))).toMatchObject({
      retryable: true,
      details: { cause, exit_code: 1 },
    });
  });

  it('is what the tool says first, too: its last words are often the same', () => {
    const causeOf = (first: string) =>
      failureCause(
        new MediaFailure('ffmpeg_failed', { exitCode: 1 }, `[error] ${first}\n[fatal] Conversion failed!\n`),
      );
    expect(causeOf('Invalid size')).not.toBe(causeOf('No such filter'));
    expect(causeOf('Invalid size')).toBe(causeOf('Invalid size'));
  });

  it('is another for another line, exit, message or code', () => {
    const causes = [
      failed('0x1'),
      failed('0x1', 'Invalid argument'),
      new MediaFailure('ffmpeg_failed', { exitCode: 2 }, failed('0x1').stderrTail),
      new MediaFailure('output_invalid', { message: 'the output lasts 10 ms instead of 20 ms' }),
      new MediaFailure('output_invalid', { message: 'the output lasts 15 ms instead of 20 ms' }),
      new MediaFailure('output_truncated', { message: 'the output lasts 10 ms instead of 20 ms' }),
    ].map(failureCause);
    expect(new Set(causes).size).toBe(causes.length);
    expect(causes.every((cause) => cause !== null && cause.length <= 500)).toBe(true);
  });

  it.each(['disk_full', 'resource_exhausted', 'ffmpeg_killed', 'ffmpeg_stalled', 'sandbox_unavailable'] as const)(
    'is not known of %s, which may pass',
    (code) => {
      expect(failureCause(new MediaFailure(code, { exitCode: 1 }, 'x'))).toBeNull();
    },
  );
});
