import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  checkParams,
  containerRules,
  containers,
  isOperationId,
  operations,
  parseBitrate,
  parseResolution,
  transcodeIntent,
  videoCodecs,
} from './index.ts';
import type { OperationId } from './index.ts';

const entries = Object.entries(operations);

describe('every operation', () => {
  it.each(entries)('%s is complete', (id, operation) => {
    expect(operation.id).toBe(id);
    expect(operation.path).toMatch(/^\/v[12]\//);
    for (const input of Object.values(operation.inputs)) expect(input.fields.length).toBeGreaterThan(0);
    expect(operation.examples.length).toBeGreaterThan(0);
  });

  it.each(entries)('%s describes every field, and refuses unknown ones', (_, operation) => {
    const schema = z.toJSONSchema(operation.params, { io: 'input' }) as {
      properties: Record<string, { description?: string }>;
      additionalProperties: unknown;
    };
    expect(schema.additionalProperties).toBe(false);
    for (const [name, field] of Object.entries(schema.properties)) expect(field.description, name).toBeTruthy();
  });

  it.each(
    entries.flatMap(([id, operation]) =>
      operation.examples.map((example) => [id, example.title, example.params] as const),
    ),
  )('%s: %s can be carried out', (id, _, params) => {
    expect(checkParams(id as OperationId, params)).toEqual([]);
  });

  it('is known by its id only', () => {
    expect(isOperationId('transcode')).toBe(true);
    expect(isOperationId('toString')).toBe(false);
  });
});

describe('transcode requests that cannot work', () => {
  it.each([
    [{ output_format: 'webm', video_codec: 'h264' }, '/video_codec', 'codec_container_mismatch'],
    [{ output_format: 'hls', codec: 'vp9' }, '/codec', 'codec_container_mismatch'],
    [{ output_format: 'mp3', video_codec: 'h264' }, '/video_codec', 'codec_container_mismatch'],
    [{ output_format: 'webm', audio_codec: 'aac' }, '/audio_codec', 'codec_container_mismatch'],
    [{ output_format: 'avi', video_codec: 'mpeg2' }, '/video_codec', 'codec_container_mismatch'],
    [{ output_format: 'mpg', audio_codec: 'pcm' }, '/audio_codec', 'codec_container_mismatch'],
    [{ output_format: 'mxf', video_codec: 'none' }, '/video_codec', 'param_conflict'],
    [{ output_format: 'mxf', crf: 52 }, '/crf', 'param_out_of_range'],
    [{ output_format: 'avi', encoder_preset: 'slow' }, '/encoder_preset', 'param_out_of_range'],
    [{ output_format: 'mpg', profile: 'main' }, '/profile', 'param_conflict'],
    [{ output_format: 'mp4', format: 'mkv' }, '/format', 'param_conflict'],
    [{ video_codec: 'h264', codec: 'hevc' }, '/codec', 'param_conflict'],
    [{ preset: 'no_such' }, '/preset', 'preset_unknown'],
    [{ video_codec: 'copy', crf: 20 }, '/crf', 'param_conflict'],
    [{ output_format: 'mp3', resolution: '720p' }, '/resolution', 'param_conflict'],
    [{ output_format: 'mp3', keyframe_interval: 2 }, '/keyframe_interval', 'param_conflict'],
    [{ output_format: 'hls', keyframe_interval: 2 }, '/keyframe_interval', 'param_conflict'],
    [{ video_codec: 'copy', level: '4.1' }, '/level', 'param_conflict'],
    [{ video_codec: 'hevc', profile: 'high' }, '/profile', 'param_conflict'],
    [{ video_codec: 'hevc', tune: 'film' }, '/tune', 'param_conflict'],
    [{ video_codec: 'av1', tune: 'grain' }, '/tune', 'param_conflict'],
    [{ output_format: 'webm', level: '4' }, '/level', 'param_conflict'],
    [{ crf: 20, video_bitrate: '1M' }, '/crf', 'param_conflict'],
    [{ crf: 60 }, '/crf', 'param_out_of_range'],
    [{ two_pass: true }, '/two_pass', 'param_conflict'],
    [{ two_pass: true, output_format: 'hls', video_bitrate: '1M' }, '/two_pass', 'param_conflict'],
    [{ two_pass: true, output_format: 'dash', ladder: [{ resolution: '720p' }] }, '/two_pass', 'param_conflict'],
    [{ two_pass: true, video_bitrate: '1M', video_codec: 'av1' }, '/two_pass', 'param_conflict'],
    [{ video_bitrate: '4M', max_bitrate: '2M' }, '/max_bitrate', 'param_conflict'],
    [{ encoder_preset: 'ludicrous' }, '/encoder_preset', 'param_out_of_range'],
    [{ encoder_preset: 'slow', video_codec: 'av1' }, '/encoder_preset', 'param_out_of_range'],
    [{ encoder_preset: 'slow', video_codec: 'hevc_nvenc' }, '/encoder_preset', 'param_out_of_range'],
    [{ segment_duration: 4 }, '/segment_duration', 'param_conflict'],
    [{ segment_type: 'ts' }, '/segment_type', 'param_conflict'],
    [{ output_format: 'dash', segment_type: 'ts' }, '/segment_type', 'param_conflict'],
    [{ output_format: 'hls', segment_type: 'ts', video_codec: 'hevc' }, '/segment_type', 'param_conflict'],
    [{ output_format: 'hls', resolution: '720p', ladder: [{ resolution: '720p' }] }, '/resolution', 'param_conflict'],
    [{ output_format: 'hls', max_bitrate: '2M', ladder: [{ resolution: '720p' }] }, '/ladder', 'param_conflict'],
    [{ output_format: 'dash', video_codec: 'copy' }, '/video_codec', 'param_conflict'],
    [{ video_codec: 'none', audio_codec: 'none' }, '/audio_codec', 'param_conflict'],
    [{ resolution: '10x10' }, '/resolution', 'param_custom'],
    [{ video_bitrate: 'fast' }, '/video_bitrate', 'param_custom'],
    [{ ladder: [{ resolution: 'wide' }] }, '/ladder/0/resolution', 'param_custom'],
  ])('%o', (params, pointer, code) => {
    expect(checkParams('transcode', params)).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('names the pairs that are possible', () => {
    const [found] = checkParams('transcode', { output_format: 'webm', video_codec: 'h264' });
    expect(found?.message).toContain('vp9, av1');
    expect(found?.message).toContain('mp4, mov, mkv, ts, hls, dash');
  });

  it('a default codec always fits its container', () => {
    for (const container of containers) expect(checkParams('transcode', { output_format: container })).toEqual([]);
  });

  it('says no to a pair exactly when the table does', () => {
    fc.assert(
      fc.property(fc.constantFrom(...containers), fc.constantFrom(...videoCodecs), (container, codec) => {
        const isRefused = checkParams('transcode', { output_format: container, video_codec: codec }).some(
          (found) => found.code === 'codec_container_mismatch',
        );
        expect(isRefused).toBe(!containerRules[container].video.includes(codec));
      }),
    );
  });
});

describe('the meaning of a transcode request', () => {
  const intent = (params: Record<string, unknown>) => transcodeIntent(operations.transcode.params.parse(params));

  it('takes what is missing from the profile, and lets the request win', () => {
    expect(intent({ preset: 'mobile_friendly' })).toMatchObject({
      video: 'h264',
      crf: 28,
      fps: 30,
      mayUpscale: false,
      resolution: { height: 720 },
    });
    expect(intent({ preset: 'mobile_friendly', crf: 20, resolution: '480p' })).toMatchObject({
      crf: 20,
      mayUpscale: true,
      resolution: { height: 480 },
    });
    expect(intent({ preset: 'archive_quality', video_bitrate: '8M' })).toMatchObject({
      crf: null,
      videoBitrate: 8_000_000,
    });
    expect(intent({ preset: 'hls_streaming' })).toMatchObject({ container: 'hls', segmentDurationMs: 6_000 });
  });

  it('reads an encoder’s name as codec and device', () => {
    expect(intent({ codec: 'hevc_nvenc' })).toMatchObject({ video: 'hevc', encoderHardware: 'gpu' });
    expect(intent({ video_codec: 'libx264' })).toMatchObject({ video: 'h264', encoderHardware: 'cpu' });
  });

  it('takes codecs from the container', () => {
    expect(intent({ format: 'webm' })).toMatchObject({ video: 'vp9', audio: 'opus', isVideoNamed: false });
    expect(intent({ output_format: 'mp3' })).toMatchObject({ video: 'none', audio: 'mp3' });
    expect(intent({ output_format: 'dash', ladder: [{ resolution: '720p', video_bitrate: 2_000_000 }] })).toMatchObject(
      { segmentDurationMs: 4_000, ladder: [{ videoBitrate: 2_000_000, maxBitrate: null }] },
    );
  });

  it('is defined for anything the schema lets through', () => {
    expect(intent({ output_format: 'mp3', video_codec: 'av1' }).video).toBe('av1');
  });
});

describe('words for sizes and rates', () => {
  it.each([
    ['4K', 3840, false],
    ['4k', 3840, false],
    ['720p', 1280, false],
    ['640x480', 640, true],
  ])('%s', (text, width, isExact) => {
    expect(parseResolution(text)).toMatchObject({ width, isExact });
  });

  it.each(['8K', '0x0', '99999x10', '640 x 480', 'toString', '8000x100'])('not %s', (text) => {
    expect(parseResolution(text)).toBeNull();
  });

  it.each([
    ['2500k', 2_500_000],
    ['2.5M', 2_500_000],
    ['800', 800],
    [96_000, 96_000],
    ['fast', null],
    ['-1k', null],
  ])('%s', (value, bits) => {
    expect(parseBitrate(value)).toBe(bits);
  });
});
