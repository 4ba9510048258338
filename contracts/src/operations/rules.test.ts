import { describe, expect, it } from 'vitest';
import { gpuRouteOf, operations, type OperationId } from './index.ts';

const ids = Object.keys(operations) as OperationId[];
const route = (id: OperationId, params: Record<string, unknown>, hardware: 'auto' | 'cpu' | 'gpu' = 'auto') =>
  gpuRouteOf(id, operations[id].params.parse(params), hardware);

describe('what a GPU could do', () => {
  it('is known of every operation that has a pool of GPUs', () => {
    const known = ids.filter((id) => {
      const example = operations[id].examples[0]?.params ?? {};
      return route(id, example, 'gpu') !== null;
    });
    expect(known).toEqual(ids.filter((id) => 'gpu' in operations[id].pools));
    expect(known.length).toBeGreaterThan(3);
  });

  it.each([
    [{}, 'auto', 'h264_nvenc auto'],
    [{}, 'cpu', null],
    [{ codec: 'av1' }, 'gpu', 'av1_nvenc gpu'],
    [{ codec: 'hevc_nvenc' }, 'cpu', 'hevc_nvenc gpu'],
    [{ codec: 'libx264' }, 'gpu', null],
    [{ output_format: 'webm' }, 'gpu', null],
    [{ codec: 'copy' }, 'gpu', null],
    [{ output_format: 'mp3' }, 'gpu', null],
    [{ preset: 'hls_streaming' }, 'auto', 'h264_nvenc auto'],
  ] as const)('transcode %j on %s: %s', (params, hardware, expected) => {
    const found = route('transcode', params, hardware);
    expect(found && `${found.encoder} ${found.wish}`).toBe(expected);
  });

  it('is nothing where the container has another codec', () => {
    const filters = [{ type: 'blur', params: { sigma: 5 } }];
    expect(route('video.filter', { filters })?.pools).toEqual({ cpu: 'transcode-cpu', gpu: 'transcode-gpu' });
    expect(route('video.filter', { filters, output_format: 'webm' })).toBeNull();
  });
});
