import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProgress } from './progress.ts';

const block =
  'frame=12\nfps=24.5\nstream_0_0_q=28.0\ntotal_size=1024\nout_time_us=480000\nout_time_ms=480000\nspeed=1.02x\nprogress=continue\n';

describe('parseProgress', () => {
  it('reads a block; out_time_us is in microseconds', () => {
    expect(parseProgress(block).blocks).toEqual([
      { frame: 12, fps: 24.5, speed: 1.02, outTimeMs: 480, sizeBytes: 1024, isEnd: false },
    ]);
  });

  it('knows the end, and that N/A is nothing', () => {
    const { blocks } = parseProgress('out_time_us=N/A\nspeed=N/A\nprogress=end\n');
    expect(blocks).toEqual([{ frame: null, fps: null, speed: null, outTimeMs: null, sizeBytes: null, isEnd: true }]);
  });

  it('gives the same however the text is cut', () => {
    const text = block.repeat(3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }), (cuts) => {
        let [pending, at] = ['', 0];
        const seen = [];
        for (const size of [...cuts, text.length]) {
          const { blocks, rest } = parseProgress(pending + text.slice(at, at + size));
          seen.push(...blocks);
          [pending, at] = [rest, at + size];
        }
        expect(seen).toEqual(parseProgress(text).blocks);
      }),
    );
  });

  it('does not run backwards before the first frame', () => {
    expect(parseProgress('out_time_us=-9223372036854775807\nprogress=continue\n').blocks[0]?.outTimeMs).toBe(0);
  });
});
