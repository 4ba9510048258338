import { aac, beep, film, flash, h264, plain, written } from './odd-film.ts';
import type { OddFilm } from './odd-film.ts';

const chapters = [
  ';FFMETADATA1',
  ...[
    [0, 1000, 'One'],
    [1000, 2500, 'Two'],
    [2500, 4000, 'Three'],
  ].flatMap(([start, end, title]) => [
    '[CHAPTER]',
    'TIMEBASE=1/1000',
    `START=${start}`,
    `END=${end}`,
    `title=${title}`,
  ]),
  '',
].join('\n');

const withChapters = (file: string): OddFilm => ({
  name: `chapters in ${file.split('.').at(-1)}`,
  truth: plain,
  make: async ({ make, write }) =>
    make(
      file,
      ...film,
      '-f',
      'ffmetadata',
      '-i',
      await write('chapters.txt', chapters),
      '-map_metadata',
      '2',
      '-map_chapters',
      '2',
      '-map',
      '0',
      '-map',
      '1',
      ...h264,
      ...aac,
    ),
});

/** Containers of old and of work, and what they carry beside picture and sound. */
export const filmsOfContainers: readonly OddFilm[] = [
  withChapters('chapters.mp4'),
  withChapters('chapters.mkv'),
  written('time code', 'camera.mov', [...h264, ...aac, '-timecode', '01:00:00:00']),
  // AVI says when pictures are decoded: two are held back until the first is shown.
  written('H.264 in AVI', 'order.avi', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-bf', '2', '-c:a', 'libmp3lame'], {
    seen: [1.08, 3.08],
    seconds: 4.08,
  }),
  written('MPEG-4 in AVI', 'xvid.avi', ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'libmp3lame']),
  written('WMV', 'old.wmv', ['-c:v', 'wmv2', '-b:v', '1M', '-c:a', 'wmav2'], {
    seen: [1.04, 3.04],
    heard: [1.04, 3.04],
    // The first two frames of WMA give no sound: alone, it begins behind them.
    soundBegins: 0.086,
  }),
  written('FLV', 'old.flv', ['-c:v', 'flv', '-q:v', '3', '-ar', '44100', '-c:a', 'libmp3lame']),
  written('Theora', 'old.ogv', ['-c:v', 'libtheora', '-q:v', '6', '-c:a', 'libvorbis']),
  written('programme stream', 'disc.mpg', ['-c:v', 'mpeg2video', '-q:v', '3', '-c:a', 'mp2']),
  written('MXF', 'broadcast.mxf', ['-c:v', 'mpeg2video', '-q:v', '3', '-c:a', 'pcm_s16le']),
  {
    name: 'DV',
    truth: { ...plain, size: [1024, 576] },
    make: ({ make }) => make('tape.dv', ...film, '-target', 'pal-dv'),
  },
  written('3GP', 'phone.3gp', [...h264, '-ar', '16000', '-c:a', 'aac'], {
    soundFrameSeconds: 0.064,
  }),
  {
    name: 'two programmes in one TS',
    truth: plain,
    make: ({ make }) =>
      make(
        'programmes.ts',
        ...film,
        '-f',
        'lavfi',
        '-i',
        'testsrc2=s=160x90:r=25:d=4',
        '-f',
        'lavfi',
        '-i',
        'sine=300:d=4',
        ...['0', '1', '2', '3'].flatMap((n) => ['-map', n]),
        ...h264,
        ...aac,
        '-program',
        'title=one:st=0:st=1',
        '-program',
        'title=two:st=2:st=3',
      ),
  },
  {
    name: 'subtitles of two kinds',
    truth: plain,
    make: async ({ make, write }) => {
      const cues = await write(
        'cues.srt',
        '1\n00:00:00,500 --> 00:00:01,500\nHello\n\n2\n00:00:02,500 --> 00:00:03,500\nagain\n',
      );
      return make(
        'titled.mkv',
        ...film,
        '-i',
        cues,
        '-i',
        cues,
        '-map',
        '0',
        '-map',
        '1',
        '-map',
        '2',
        '-map',
        '3',
        ...h264,
        ...aac,
        '-c:s:0',
        'srt',
        '-c:s:1',
        'ass',
      );
    },
  },
  {
    name: 'a still picture',
    truth: { seen: null, heard: null, seconds: 0, size: [320, 180], refusals: ['media_unreadable', 'param_conflict'] },
    make: ({ make }) => make('still.png', ...flash(1), '-frames:v', '1'),
  },
  {
    name: 'moving pictures in a GIF, without sound',
    truth: { ...plain, heard: null, pictureSeconds: 0.1 },
    make: ({ make }) => make('moving.gif', ...flash(4, { rate: '10' })),
  },
  {
    name: 'moving pictures in a PNG',
    truth: { ...plain, heard: null, pictureSeconds: 0.1, refusals: ['codec_container_mismatch'] },
    make: ({ make }) => make('moving.apng', ...flash(4, { rate: '10' })),
  },
  {
    name: 'sound in W64',
    truth: { ...plain, seen: null },
    make: ({ make }) => make('long.w64', ...beep(4)),
  },
  {
    name: 'damage in the middle',
    truth: { seen: null, heard: null, seconds: 4, pictureSeconds: 0.2, refusals: ['media_truncated'] },
    make: async ({ make, write }) => {
      const { readFile } = await import('node:fs/promises');
      const bytes = await readFile(await make('whole.ts', ...film, ...h264, '-g', '25', '-c:a', 'mp2'));
      bytes.fill(0x47, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 3_000);
      return write('damaged.ts', bytes);
    },
  },
];
