import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { cpuCaps, film, gpuCaps, withPicture, withSound } from '../../fixtures/facts.ts';
import { argvOf, plan } from '../../fixtures/plan-transcode.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import type { Plan } from '../plan.ts';

const graphOf = (made: Plan): string => {
  const argv = made.steps[0]?.argv ?? [];
  return String(argv[argv.indexOf('-vf') + 1]);
};

const hdr = withPicture({
  codec: 'hevc',
  pixFmt: 'yuv420p10le',
  bitDepth: 10,
  isHdr: true,
  colorTransfer: 'smpte2084',
  colorPrimaries: 'bt2020',
  colorSpace: 'bt2020nc',
});

describe('golden command lines', () => {
  it.each(operations.transcode.examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, params) => {
      const text = showPlan(plan(params));
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );

  const tv = { ...hdr, video: hdr.video.map((picture) => ({ ...picture, colorRange: 'tv' })) };
  it.each([
    ['NVENC h264', { video_codec: 'h264', resolution: '720p' }, {}, film],
    ['NVENC hevc two pass', { video_codec: 'hevc_nvenc', video_bitrate: '4M', two_pass: true }, {}, film],
    ['NVENC av1 ladder', { output_format: 'dash', video_codec: 'av1', resolution: '720p' }, {}, film],
    [
      'NVENC h264 ladder on the second GPU',
      { output_format: 'hls', resolution: '480p', fps: 30 },
      { gpuDevice: 1 },
      film,
    ],
    ['NVENC capped av1 of av1', { codec: 'av1', crf: 40, max_bitrate: '6M' }, {}, withPicture({ codec: 'av1' })],
    ['NVENC without GPU filters', { resolution: '720p', preset: 'fast' }, { filters: [] }, film],
    ['NVENC decoded by the CPU', { resolution: '720p', preset: 'quality' }, { hardwareDecoders: [] }, film],
    ['NVENC HDR kept in HEVC', { video_codec: 'hevc', resolution: '720p' }, {}, tv],
    ['NVENC HDR to H264', { video_codec: 'h264', resolution: '1080p' }, {}, tv],
  ] as const)('%s', (title, params, caps, facts) => {
    const text = showPlan(plan(params, { caps: { ...gpuCaps, ...caps }, hardware: 'gpu', facts }));
    expect(text).toBe(golden(import.meta.url, title, text));
  });

  it.each([
    ['HDR to H264', { video_codec: 'h264', resolution: '1080p' }, hdr],
    ['HDR kept in HEVC', { video_codec: 'hevc', preset: 'quality' }, hdr],
    [
      'Interlaced DVD to web',
      { preset: 'web_optimized' },
      withPicture({
        codec: 'mpeg2video',
        width: 720,
        height: 576,
        displayWidth: 1024,
        displayHeight: 576,
        sar: { num: 64, den: 45 },
        isInterlaced: true,
      }),
    ],
    ['Two passes of HEVC', { video_codec: 'hevc', video_bitrate: '1M', two_pass: true }, film],
  ] as const)('%s', (title, params, facts) => {
    const text = showPlan(plan(params, { facts }));
    expect(text).toBe(golden(import.meta.url, title, text));
  });
});

describe('what is copied', () => {
  it('copies both streams when only the container changes', () => {
    const made = plan({ output_format: 'mkv' });
    expect(argvOf(made)).toContain('-c:v copy');
    expect(argvOf(made)).toContain('-c:a:0 copy');
    expect(made.outputs[0]?.expect).toMatchObject({
      videoCodec: 'h264',
      audioCodec: 'aac',
      frames: 720,
      durationMs: 30_000,
    });
  });

  it('copies when the codec, size and rate asked for are the source’s own, and says so', () => {
    const made = plan({ output_format: 'mp4', video_codec: 'h264', resolution: '1080p', fps: 24 });
    expect(argvOf(made)).toContain('-c:v copy');
    expect(made.warnings).toHaveLength(1);
  });

  it.each([
    ['a quality', { crf: 20 }],
    ['an effort', { preset: 'fast' }],
    ['a rate', { video_bitrate: '1M' }],
    ['another size', { resolution: '720p' }],
    ['another frame rate', { fps: 30 }],
    ['another codec', { video_codec: 'hevc' }],
    ['an encoder by name', { video_codec: 'libx264' }],
  ])('encodes for %s', (_, params) => {
    expect(argvOf(plan({ output_format: 'mp4', ...params }))).not.toContain('-c:v copy');
  });

  it('encodes what players cannot show, even when the codec fits', () => {
    const facts = withPicture({ pixFmt: 'yuv422p10le', bitDepth: 10 });
    expect(argvOf(plan({ output_format: 'mp4' }, { facts }))).toContain('-c:v libx264');
  });

  it('refuses to copy into a container that cannot hold the stream', () => {
    expect(() => plan({ output_format: 'webm', video_codec: 'copy', audio_codec: 'none' })).toThrow(/vp9, av1/);
    expect(() => plan({ output_format: 'mov', audio_codec: 'copy' }, { facts: withSound({ codec: 'flac' }) })).toThrow(
      /aac, mp3, pcm/,
    );
  });

  it('tags copied HEVC so that QuickTime plays it', () => {
    expect(
      argvOf(plan({ output_format: 'mp4', video_codec: 'copy' }, { facts: withPicture({ codec: 'hevc' }) })),
    ).toContain('-tag:v hvc1');
  });
});

describe('the picture', () => {
  it.each([
    ['720p', { width: 1920, height: 1080 }, { width: 1280, height: 720 }],
    ['720p', { width: 1920, height: 804 }, { width: 1280, height: 536 }],
    ['720p', { width: 1080, height: 1920 }, { width: 720, height: 1280 }],
    ['480p', { width: 1440, height: 1080 }, { width: 640, height: 480 }],
  ])('fits %s of %o into %o', (resolution, source, expected) => {
    const facts = withPicture({ ...source, displayWidth: source.width, displayHeight: source.height });
    expect(plan({ resolution }, { facts }).outputs[0]?.expect).toMatchObject(expected);
  });

  it('pads an exact frame instead of stretching', () => {
    const made = plan({ resolution: '640x480' });
    expect(graphOf(made)).toBe(
      'scale=w=640:h=360:flags=lanczos,pad=w=640:h=480:x=(ow-iw)/2:y=(oh-ih)/2,setsar=sar=1,format=pix_fmts=yuv420p',
    );
    expect(made.outputs[0]?.expect).toMatchObject({ width: 640, height: 480 });
  });

  it('enlarges only when the request itself names the size, and warns', () => {
    const facts = withPicture({ width: 640, height: 360, displayWidth: 640, displayHeight: 360 });
    const asked = plan({ resolution: '720p' }, { facts });
    expect(asked.outputs[0]?.expect).toMatchObject({ width: 1280, height: 720 });
    expect(asked.warnings.join()).toContain('enlarged');
    expect(plan({ preset: 'mobile_friendly' }, { facts }).outputs[0]?.expect).toMatchObject({
      width: 640,
      height: 360,
    });
  });

  it('makes odd sizes even', () => {
    const facts = withPicture({ width: 641, height: 361, displayWidth: 641, displayHeight: 361 });
    const { expect: expected } = plan({ crf: 23 }, { facts }).outputs[0] ?? {};
    expect([expected?.width, expected?.height].every((side) => Number(side) % 2 === 0)).toBe(true);
  });

  it('squares pixels of anamorphic sources', () => {
    const facts = withPicture({
      width: 720,
      height: 576,
      displayWidth: 1024,
      displayHeight: 576,
      sar: { num: 64, den: 45 },
    });
    expect(graphOf(plan({ crf: 23 }, { facts }))).toContain('setsar=sar=1');
  });

  it('promises no frame count for a variable rate', () => {
    expect(plan({ crf: 23 }, { facts: withPicture({ isVfr: true }) }).outputs[0]?.expect.frames).toBeUndefined();
    expect(plan({ fps: 30 }).outputs[0]?.expect.frames).toBe(900);
  });

  it('keeps 10 bits where the codec can, and warns where not', () => {
    const facts = withPicture({ pixFmt: 'yuv420p10le', bitDepth: 10 });
    expect(graphOf(plan({ video_codec: 'hevc', crf: 20 }, { facts }))).toContain('yuv420p10le');
    const made = plan({ video_codec: 'h264' }, { facts });
    expect(graphOf(made)).toMatch(/yuv420p$/);
    expect(made.warnings.join()).toContain('8-bit');
  });

  it('maps HDR tones for H.264 and keeps the tags for HEVC', () => {
    expect(graphOf(plan({ video_codec: 'h264' }, { facts: hdr }))).toContain('tonemap=tonemap=mobius');
    const kept = plan({ video_codec: 'hevc', crf: 20 }, { facts: hdr });
    expect(graphOf(kept)).not.toContain('tonemap');
    expect(argvOf(kept)).toContain('-color_trc smpte2084');
  });

  it('leaves cover art out', () => {
    const cover = withPicture({ isAttachedPicture: true });
    const made = plan({ output_format: 'mp4' }, { facts: cover });
    expect(made.outputs[0]?.expect).toMatchObject({ videoStreams: 0, audioStreams: 1 });
    expect(() => plan({ output_format: 'mp4', video_codec: 'h264' }, { facts: cover })).toThrow('no video track');
  });
});

describe('the sound', () => {
  it('keeps surround where the codec can, and gives libopus a layout it knows', () => {
    expect(argvOf(plan({ output_format: 'webm', preset: 'fast' }))).toContain(
      '-filter:a:0 aformat=channel_layouts=5.1 -b:a:0 336000',
    );
  });

  it('mixes down for mp3, and says so', () => {
    const made = plan({ output_format: 'mp3' });
    expect(argvOf(made)).toContain('-ac:a:0 2');
    expect(made.warnings.join()).toContain('6 channels to 2');
  });

  it.each([
    ['pcm_s24le', undefined, 'copy'],
    ['pcm_s24be', undefined, 'pcm_s24le'],
    ['pcm_s32be', undefined, 'pcm_s32le'],
    ['pcm_f32be', undefined, 'pcm_f32le'],
    ['pcm_alaw', undefined, 'pcm_s16le'],
    ['flac', 24, 'pcm_s24le'],
    ['flac', 16, 'pcm_s16le'],
    ['alac', 24, 'pcm_s24le'],
    ['aac', undefined, 'pcm_s16le'],
  ])('keeps the depth of %s with %s bits in WAV: %s', (codec, bitDepth, written) => {
    const facts = withSound({ codec, ...(bitDepth === undefined ? {} : { bitDepth }) });
    expect(argvOf(plan({ output_format: 'wav' }, { facts }))).toContain(`-c:a:0 ${written}`);
  });

  it('refuses sound formats for silent files', () => {
    expect(() => plan({ output_format: 'mp3' }, { facts: { ...film, audio: [] } })).toThrow('has none');
    expect(() => plan({}, { facts: { ...film, audio: [], video: [] } })).toThrow('neither picture nor sound');
  });
});

describe('subtitles', () => {
  const subtitled = {
    ...film,
    subtitles: [
      { index: 2, codec: 'mov_text', language: 'eng' },
      { index: 3, codec: 'hdmv_pgs_subtitle', language: null },
    ],
  };

  it.each([
    ['mp4', '-c:s:0 mov_text', 1],
    ['mkv', '-c:s:0 srt -c:s:1 copy', 0],
    ['webm', '-c:s:0 webvtt', 1],
    ['mp3', '', 0],
  ])('go into %s as it can hold them', (container, args, warnings) => {
    const made = plan({ output_format: container }, { facts: subtitled });
    expect(argvOf(made)).toContain(args);
    expect(made.warnings.filter((warning) => warning.includes('subtitle'))).toHaveLength(warnings);
  });
});

describe('devices', () => {
  it.each([
    ['of a codec that NVDEC takes', {}, true],
    ['of another codec', { codec: 'prores' }, false],
    ['H.264 of 10 bits', { pixFmt: 'yuv420p10le', bitDepth: 10 }, false],
    ['full range', { colorRange: 'pc' }, false],
    ['4:2:2', { pixFmt: 'yuv422p' }, false],
    ['rotated', { rotation: 90 }, false],
  ] as const)('decodes a picture on the GPU: %s: %s', (_, changes, isDecoded) => {
    const made = plan({ crf: 23 }, { caps: gpuCaps, facts: withPicture(changes) });
    expect(made.decodesOnGpu ?? false).toBe(isDecoded);
    expect(argvOf(made).includes('-hwaccel cuda')).toBe(isDecoded);
    expect(made.device).toBe('gpu');
  });

  it.each([
    ['interlaced lines', { isInterlaced: true }, {}],
    ['bars', {}, { resolution: '640x640' }],
  ] as const)('takes frames back from the GPU for what has no form there: %s', (_, changes, params) => {
    const facts = withPicture(changes);
    expect(graphOf(plan({ crf: 23, ...params }, { caps: gpuCaps, facts }))).toMatch(
      /^hwdownload,format=pix_fmts=nv12,/,
    );
  });

  it('uses the GPU when it works, and the CPU with a warning when it does not', () => {
    expect(plan({ crf: 23 }, { caps: gpuCaps }).device).toBe('gpu');
    expect(plan({ crf: 23 }, { caps: gpuCaps, hardware: 'cpu' }).device).toBe('cpu');
    const fallback = plan({ video_codec: 'hevc_nvenc' });
    expect(fallback.device).toBe('cpu');
    expect(fallback.warnings.join()).toContain('hevc_nvenc does not work');
  });

  it('refuses a codec that nothing here encodes', () => {
    const caps = { ...cpuCaps, encoders: [] };
    expect(() => plan({ crf: 20 }, { caps })).toThrow('libx264');
  });

  it('passes an encoder’s own preset on, unless it belongs to another family', () => {
    expect(argvOf(plan({ encoder_preset: 'veryslow' }))).toContain('-preset veryslow');
    expect(argvOf(plan({ encoder_preset: 'p7', video_codec: 'h264' }))).toContain('-preset medium');
  });
});
