import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { film, gpuCaps, withPicture, withSound } from '../../fixtures/facts.ts';
import { screenText } from '../../fixtures/measured-picture.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import { graphOf, planFilters as plan } from '../../fixtures/plan-filter.ts';
import { argvOf } from '../../fixtures/plan-transcode.ts';

const logo = withPicture({ displayWidth: 200, displayHeight: 100, isAttachedPicture: false });
const image = { image_url: 'file_abcd' };

describe('golden command lines', () => {
  it.each(operations['video.filter'].examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, { filters, ...more }) => {
      const text = showPlan(plan(filters, { more }));
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );

  it('Logo and green screen', () => {
    const filters = [
      { type: 'chromakey', params: { background_url: 'file_abcd' } },
      { type: 'watermark', params: image },
      { type: 'image_overlay', params: { ...image, x: 10, y: -5, width: 100, opacity: 0.5, start: 1, end: 2 } },
    ];
    const sides = Object.fromEntries(
      ['0-params-background_url', '1-params-image_url', '2-params-image_url'].map((name) => [`filters-${name}`, logo]),
    );
    const text = showPlan(plan(filters, { sides, measured: { 'screen0.txt': screenText([173, 42, 26]) } }));
    expect(text).toBe(golden(import.meta.url, 'Logo and green screen', text));
  });
});

it('NVENC behind filters of the CPU', () => {
  const text = showPlan(plan([{ type: 'blur' }], { caps: gpuCaps }));
  expect(text).toBe(golden(import.meta.url, 'NVENC behind filters of the CPU', text));
});

describe('a chain', () => {
  it('keeps the order of the list', () => {
    const graph = graphOf(plan([{ type: 'blur' }, { type: 'hue', params: { degrees: 90 } }, { type: 'sharpen' }]));
    expect(graph).toMatch(/^\[0:0\]format=.*gblur=.*,hue=.*,unsharp=.*\[picture\]$/);
    const turned = graphOf(plan([{ type: 'sharpen' }, { type: 'blur' }]));
    expect(turned).toMatch(/unsharp.*gblur/);
  });

  it('measures shake on the picture as it is at that place', () => {
    const made = plan([
      { type: 'crop', params: { width: 640, height: 360 } },
      { type: 'stabilize' },
      { type: 'sepia' },
    ]);
    expect(made.steps.map((step) => step.id)).toEqual(['detect', 'encode']);
    expect(graphOf(made)).toMatch(/crop=.*,vidstabdetect=.*\[picture\]$/);
    expect(graphOf(made)).not.toContain('colorchannelmixer');
    expect(graphOf(made, 1)).toMatch(/crop=.*,vidstabtransform=.*colorchannelmixer/);
  });

  it('deinterlaces before all else, and what is marked interlaced in any case', () => {
    const asked = [{ type: 'blur' }, { type: 'deinterlace', params: { rate: 'field', parity: 'top' } }];
    expect(graphOf(plan(asked))).toMatch(/^\[0:0\]bwdif=mode=send_field:parity=tff:deint=all,.*gblur/);
    expect(plan(asked).outputs[0]?.expect.frames).toBe(1440);
    expect(graphOf(plan([{ type: 'blur' }], { facts: withPicture({ isInterlaced: true }) }))).toMatch(
      /^\[0:0\]bwdif=mode=send_frame:deint=interlaced/,
    );
    expect(graphOf(plan([{ type: 'blur' }]))).not.toContain('bwdif');
  });
});

describe('frames', () => {
  const sizeAfter = (filters: unknown, facts = film) => {
    const { width, height } = plan(filters, { facts }).outputs[0]?.expect ?? {};
    return `${width}x${height}`;
  };

  it.each([
    [[{ type: 'rotate', params: { degrees: 90 } }], '1080x1920'],
    [[{ type: 'rotate', params: { degrees: -90 } }], '1080x1920'],
    [[{ type: 'rotate', params: { degrees: 180 } }], '1920x1080'],
    [
      [
        { type: 'scale', params: { width: 640, height: 360 } },
        { type: 'rotate', params: { degrees: 15 } },
      ],
      '712x514',
    ],
    [[{ type: 'crop', params: { width: 333, height: 201 } }], '334x202'],
    [[{ type: 'scale', params: { width: 640 } }], '640x360'],
    [[{ type: 'scale', params: { height: 90 } }], '160x90'],
    [[{ type: 'scale', params: { width: 400, height: 400 } }], '400x400'],
    [[{ type: 'scale', params: { width: 400, height: 400, fit: 'inside' } }], '400x226'],
    [[{ type: 'scale', params: { width: 400, height: 400, fit: 'cover' } }], '400x400'],
    [[{ type: 'scale', params: { width: 401, height: 201, fit: 'stretch' } }], '402x202'],
  ])('%j make %s', (filters, size) => {
    expect(sizeAfter(filters)).toBe(size);
  });

  it('are counted as a viewer sees them', () => {
    const upright = withPicture({ rotation: 90, displayWidth: 1080, displayHeight: 1920 });
    expect(sizeAfter([{ type: 'crop', params: { width: 1080, height: 1900 } }], upright)).toBe('1080x1900');
    const anamorphic = withPicture({
      width: 720,
      height: 576,
      sar: { num: 64, den: 45 },
      displayWidth: 1024,
      displayHeight: 576,
    });
    expect(graphOf(plan([{ type: 'blur' }], { facts: anamorphic }))).toContain('scale=w=1024:h=576');
    expect(sizeAfter([{ type: 'blur' }], withPicture({ displayWidth: 641, displayHeight: 361 }))).toBe('642x362');
  });

  it.each([
    [{ type: 'crop', params: { width: 1921, height: 100 } }, '1920x1080'],
    [{ type: 'crop', params: { width: 100, height: 100, x: 1821 } }, 'outside'],
    [{ type: 'scale', params: { width: 7680, height: 4320, fit: 'cover' } }, null],
    [{ type: 'fade', params: { in: 20, out: 20 } }, 'do not fit'],
  ])('refuse %j', (one, why) => {
    if (why === null) expect(() => plan([one])).not.toThrow();
    else expect(() => plan([one])).toThrow(why);
  });

  it('are not enlarged without end', () => {
    const large = { type: 'scale', params: { width: 7680, height: 4320, fit: 'stretch' } };
    expect(() => plan([large, { type: 'rotate', params: { degrees: 45 } }])).toThrow('too large');
  });

  it('last longer or shorter', () => {
    const fast = plan([{ type: 'speed', params: { factor: 2 } }]).outputs[0]?.expect;
    expect(fast).toMatchObject({ frames: 360, durationMs: 15_000 });
    const slow = plan([{ type: 'speed', params: { factor: 0.25 } }]);
    expect(slow.outputs[0]?.expect.frames).toBe(720);
    expect(graphOf(slow)).toContain('setpts=expr=PTS/0.25,fps=fps=6000/1000');
    expect(argvOf(slow)).toContain(
      '-filter:a:0 aresample=async=1:first_pts=0,atempo=tempo=0.500000,atempo=tempo=0.500000',
    );
    expect(
      graphOf(plan([{ type: 'speed', params: { factor: 2 } }], { facts: withPicture({ isVfr: true }) })),
    ).not.toContain('fps=');
  });
});

describe('depth and range', () => {
  const deep = { pixFmt: 'yuv420p10le', bitDepth: 10, codec: 'hevc' };
  const hdr = { ...deep, isHdr: true, colorTransfer: 'smpte2084', colorPrimaries: 'bt2020', colorSpace: 'bt2020nc' };

  it('10 bits stay where every filter can', () => {
    const made = plan([{ type: 'brightness', params: { value: 0.1 } }, { type: 'sepia' }], {
      facts: withPicture(deep),
    });
    expect(made.outputs[0]?.expect.videoCodec).toBe('hevc');
    expect(graphOf(made)).toContain('format=pix_fmts=yuv420p10le');
    expect(graphOf(made)).toContain('gbrp10le');
    expect(made.warnings).toEqual(['encoded as HEVC to keep 10 bits']);
  });

  it('and become 8 where one cannot, which is said', () => {
    const made = plan([{ type: 'blur' }, { type: 'vignette' }], { facts: withPicture(deep) });
    expect(made.outputs[0]?.expect.videoCodec).toBe('h264');
    expect(made.warnings).toEqual(['10-bit video becomes 8-bit: vignette cannot work on more']);
  });

  it('HDR stays for filters of shape, and is mapped for those of colour', () => {
    const kept = plan([{ type: 'flip', params: { direction: 'vertical' } }], { facts: withPicture(hdr) });
    expect(argvOf(kept)).toContain('-color_trc smpte2084');
    expect(graphOf(kept)).not.toContain('tonemap');
    const mapped = plan([{ type: 'sepia' }], { facts: withPicture(hdr) });
    expect(graphOf(mapped)).toContain('tonemap');
    expect(argvOf(mapped)).not.toContain('-color_trc');
    expect(mapped.warnings[0]).toBe('HDR is mapped to SDR: sepia cannot work on HDR');
    const odd = { ...hdr, width: 641, height: 361, displayWidth: 641, displayHeight: 361 };
    expect(plan([{ type: 'sepia' }], { facts: withPicture(odd) }).outputs[0]?.expect).toMatchObject({
      width: 640,
      height: 360,
    });
  });

  it('full range becomes limited, and finer colour 4:2:0', () => {
    const full = withPicture({ pixFmt: 'yuvj444p', colorRange: 'pc' });
    const made = plan([{ type: 'blur' }], { facts: full });
    expect(graphOf(made)).toContain('scale=out_range=tv');
    expect(made.warnings[0]).toContain('4:2:0');
    expect(plan([{ type: 'blur' }], { facts: withPicture({ pixFmt: 'yuv444p' }) }).warnings[0]).toContain('4:2:0');
  });
});

describe('sound and other tracks', () => {
  it('are copied where nothing touches them and the container can carry them', () => {
    expect(argvOf(plan([{ type: 'blur' }]))).toContain('-c:a:0 copy');
    expect(argvOf(plan([{ type: 'blur' }], { more: { output_format: 'webm' } }))).toContain('-c:a:0 libopus');
    const pcm = withSound({ codec: 'pcm_s16le' });
    expect(argvOf(plan([{ type: 'blur' }], { facts: pcm }))).toContain('-c:a:0 aac');
  });

  it('are faded with the picture', () => {
    const made = plan([{ type: 'fade', params: { in: 1, out: 2 } }]);
    expect(argvOf(made)).toContain('afade=type=in:start_time=0:duration=1,afade=type=out:start_time=28.000:duration=2');
    const surround = plan([{ type: 'fade', params: { in: 1, out: 0 } }], { more: { output_format: 'webm' } });
    expect(argvOf(surround)).toContain('afade=type=in:start_time=0:duration=1,aformat=channel_layouts=5.1');
  });

  it('pictures of a variable rate all are there at another speed', () => {
    const uneven = withPicture({ isVfr: true, durationMs: 8_000, lastMs: 2_000 });
    const argv = plan([{ type: 'speed', params: { factor: 2 } }], { facts: uneven }).steps[0]?.argv.join(' ');
    expect(argv).toContain('-enc_time_base:v 1/90000 -bsf:v setts=pts=PTS:dts=DTS:duration=4/TB-PTS');
  });

  it('a still picture has no speed', () => {
    const still = { ...withPicture({ durationMs: null }), durationMs: null };
    expect(() => plan([{ type: 'speed', params: { factor: 2 } }], { facts: still })).toThrow(/no speed/);
  });

  it('subtitles are kept, but not at another speed', () => {
    const subtitled = { ...film, subtitles: [{ index: 2, codec: 'mov_text', language: null }] };
    expect(argvOf(plan([{ type: 'blur' }], { facts: subtitled }))).toContain('-c:s:0 mov_text');
    const fast = plan([{ type: 'speed', params: { factor: 2 } }], { facts: subtitled });
    expect(fast.warnings).toEqual(['1 of the subtitle tracks cannot be kept']);
  });

  it('may be missing', () => {
    const silent = plan([{ type: 'fade', params: { in: 1, out: 0 } }], { facts: { ...film, audio: [] } });
    expect(silent.outputs[0]?.expect.audioStreams).toBe(0);
    expect(argvOf(silent)).not.toContain('afade');
  });
});

describe('the GPU', () => {
  it('encodes where it can, and its limits are said', () => {
    const made = plan([{ type: 'blur' }], { caps: gpuCaps });
    expect(made.device).toBe('gpu');
    expect(made.warnings).toContain('the filters run on the CPU, the encoder on the GPU');
    expect(plan([{ type: 'blur' }], { hardware: 'gpu' }).warnings[0]).toContain('encoded on the CPU');
  });
});
