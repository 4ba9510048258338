import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { cpuCaps, film } from '../../fixtures/facts.ts';
import { argvOf } from '../../fixtures/plan-transcode.ts';
import { nextTrial } from './peak-trials.ts';
import { planTranscode } from './transcode.plan.ts';

/** Two seconds of packets at a rate. */
const packetsAt = (bitsPerSecond: number): string =>
  Array.from({ length: 50 }, (_, n) => `${n / 25},${n / 25},${bitsPerSecond / 8 / 25}`).join('\n');

const planned = (params: object, ...rates: readonly number[]) =>
  planTranscode({
    params: operations.transcode.params.parse({ output_format: 'mkv', max_bitrate: '1M', ...params }),
    facts: { source: film },
    caps: cpuCaps,
    measured: Object.fromEntries(rates.map((rate, n) => [`packets${n + 1}`, packetsAt(rate)])),
    hardware: 'auto',
  });

const stepsOf = (params: object, ...rates: readonly number[]) => planned(params, ...rates).steps.map(({ id }) => id);

describe('a peak of AV1 and VP9', () => {
  it('is measured on what was encoded', () => {
    expect(planned({ video_codec: 'av1' }).kind).toBe('measure');
    expect(stepsOf({ video_codec: 'av1' })).toEqual(['encode', 'measure']);
    expect(stepsOf({ video_codec: 'vp9' })).toEqual(['analyse', 'encode', 'measure']);
  });

  it('is kept by H.264 and HEVC themselves', () => {
    expect(planned({ video_codec: 'h264' }).kind).toBe('run');
    expect(planned({ video_codec: 'hevc' }).kind).toBe('run');
  });

  it('needs nothing more where it is kept', () => {
    const plan = planned({ video_codec: 'av1' }, 999_999);
    expect([plan.kind, plan.steps, plan.warnings]).toEqual(['run', [], []]);
    expect(plan.outputs[0]?.name).toBe('output.mkv');
  });

  it('is aimed below where it is passed, from what was noted before', () => {
    expect(stepsOf({ video_codec: 'vp9' }, 1_100_000)).toEqual(['encode', 'measure']);
    expect(argvOf(planned({ video_codec: 'av1', crf: 30 }))).toContain('-crf 30 -maxrate 850000');
    expect(argvOf(planned({ video_codec: 'av1', crf: 30 }, 1_100_000))).toContain('-crf 30 -maxrate 693006');
    expect(argvOf(planned({ video_codec: 'av1', crf: 30 }, 2_000_000))).toContain('-crf 38 -maxrate');
  });

  it('is kept instead of an average that is too near to it', () => {
    const rates = { video_codec: 'vp9', video_bitrate: '900k' };
    expect(argvOf(planned(rates))).toContain('-b:v 900000');
    expect(stepsOf(rates, 1_300_000)).toEqual(['analyse', 'encode', 'measure']);
    expect(stepsOf(rates, 1_300_000, 1_100_000)).toEqual(['encode', 'measure']);
  });

  it('says what it has cost, and where it cannot be kept', () => {
    expect(planned({ video_codec: 'av1' }, 2_000_000, 900_000).warnings).toEqual([
      'to keep max_bitrate the quality is 8 steps of crf coarser throughout',
    ]);
    const all = [9, 8, 7, 6, 5, 4].map((times) => times * 1_000_000);
    expect(planned({ video_codec: 'av1' }, ...all).warnings).toEqual([
      'max_bitrate is passed: 4000k over two seconds from 0.0 s on; a smaller resolution would keep it',
    ]);
  });

  it('is nothing to a copy, to sound alone, and to a GPU', () => {
    expect(planned({ video_codec: 'none' }).kind).toBe('run');
    const caps = { ...cpuCaps, hardwareEncoders: ['av1_nvenc'] };
    const params = operations.transcode.params.parse({ video_codec: 'av1', max_bitrate: '1M' });
    const onGpu = planTranscode({ params, facts: { source: film }, caps, measured: {}, hardware: 'auto' });
    expect(onGpu.kind).toBe('run');
  });
});

it('comes down in every trial', () => {
  for (const times of [1.001, 1.1, 1.3, 4]) {
    const next = nextTrial({ share: 1, coarser: 0 }, times);
    expect(next.share).toBeLessThan(0.95);
    expect(next.coarser > 0).toBe(times > 1.2);
  }
});
