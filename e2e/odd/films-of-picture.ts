import { aac, beep, film, flash, h264, plain, written } from './odd-film.ts';
import type { OddFilm, Truth } from './odd-film.ts';

const sized = (name: string, file: string, size: string, argv: readonly string[], truth: Partial<Truth>): OddFilm => ({
  name,
  truth: { ...plain, ...truth },
  make: ({ make }) => make(file, ...flash(4, { size }), ...beep(4), ...argv, ...aac),
});

const turned = (degrees: number, size: readonly [number, number]): OddFilm => ({
  name: `turned by ${degrees}°`,
  truth: { ...plain, size, refusals: ['codec_container_mismatch'] },
  make: async ({ make }) =>
    make(
      'turned.mov',
      '-i',
      await make('straight.mov', ...film, ...h264, ...aac),
      '-c',
      'copy',
      '-metadata:s:v',
      `rotate=${degrees}`,
    ),
});

const hdr = (name: string, file: string, transfer: string): OddFilm =>
  written(name, file, [
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p10le',
    '-x265-params',
    `log-level=error:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`,
    ...aac,
  ]);

/** Sizes, shapes, colours, fields. */
export const filmsOfPicture: readonly OddFilm[] = [
  turned(90, [180, 320]),
  turned(180, [320, 180]),
  turned(270, [180, 320]),
  sized('anamorphic', 'wide.mp4', '720x576', ['-vf', 'setsar=64/45', ...h264], { size: [1024, 576] }),
  sized('16 by 16', 'tiny.mp4', '16x16', h264, {}),
  sized('odd pixels', 'odd.mkv', '321x181', ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p'], {}),
  sized('1000 by 30', 'strip.mp4', '1000x30', h264, {}),
  sized('30 by 1000', 'tower.mp4', '30x1000', h264, {}),
  hdr('HDR10', 'hdr.mkv', 'smpte2084'),
  hdr('HLG', 'hlg.mp4', 'arib-std-b67'),
  written('full range', 'full.avi', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '3', '-c:a', 'pcm_s16le']),
  written('fields, as is said', 'fields.ts', [
    '-c:v',
    'mpeg2video',
    '-q:v',
    '3',
    '-flags',
    '+ildct+ilme',
    '-top',
    '1',
    '-c:a',
    'mp2',
  ]),
  written(
    'fields, as nobody says',
    'combs.mp4',
    ['-vf', 'tinterlace=interleave_top,setfield=prog', '-r', '25/2', ...h264, ...aac],
    { pictureSeconds: 0.08 },
  ),
  written('RGB', 'rgb.mov', ['-c:v', 'qtrle', '-pix_fmt', 'rgb24', '-c:a', 'pcm_s16le'], {
    refusals: ['codec_container_mismatch'],
  }),
  written('transparent WebM', 'alpha.webm', [
    '-vf',
    'format=yuva420p',
    '-c:v',
    'libvpx-vp9',
    '-deadline',
    'realtime',
    '-c:a',
    'libopus',
  ]),
  written('ProRes 4444', 'alpha.mov', [
    '-c:v',
    'prores_ks',
    '-profile:v',
    '4444',
    '-pix_fmt',
    'yuva444p10le',
    '-c:a',
    'pcm_s16le',
  ]),
  written('grey', 'grey.mkv', ['-c:v', 'ffv1', '-pix_fmt', 'gray', '-c:a', 'flac']),
  written('4:2:2 in 10 bits', 'deep.mkv', [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv422p10le',
    ...aac,
  ]),
  written('without colour tags, HD', 'untagged.mp4', ['-vf', 'scale=1280:720', ...h264, ...aac]),
];
