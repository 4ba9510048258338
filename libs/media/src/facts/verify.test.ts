import { describe, expect, it } from 'vitest';
import { film } from '../fixtures/facts.ts';
import { checkOutput } from './verify.ts';

describe('checkOutput', () => {
  const good = {
    durationMs: 30_000,
    width: 1920,
    height: 1080,
    videoCodec: 'h264',
    audioCodec: 'aac',
    videoStreams: 1,
    audioStreams: 1,
  };

  it('has nothing to say about a good file', () => {
    expect(checkOutput(good, film)).toBeNull();
    expect(checkOutput({}, film)).toBeNull();
  });

  it.each([
    ['a wrong video codec', { videoCodec: 'hevc' }, 'output_invalid'],
    ['a wrong audio codec', { audioCodec: 'opus' }, 'output_invalid'],
    ['a missing rung', { videoStreams: 2 }, 'output_invalid'],
    ['missing sound', { audioStreams: 2 }, 'output_invalid'],
    ['a wrong frame', { width: 1280, height: 720 }, 'output_invalid'],
    ['a short file', { durationMs: 31_000 }, 'output_truncated'],
    ['a long file', { durationMs: 20_000 }, 'output_invalid'],
  ])('refuses %s', (_, change, code) => {
    expect(checkOutput({ ...good, ...change }, film)?.code).toBe(code);
  });

  it('bears two per cent or half a second', () => {
    expect(checkOutput({ durationMs: 30_600 }, film)).toBeNull();
    expect(checkOutput({ durationMs: 1_000 }, { ...film, durationMs: 500 })).toBeNull();
    expect(checkOutput({ durationMs: 1_000 }, { ...film, durationMs: 499 })?.code).toBe('output_truncated');
    expect(checkOutput({ durationMs: 1_000 }, { ...film, durationMs: null })?.code).toBe('output_invalid');
  });
});
