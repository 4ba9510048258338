import { readFile } from 'node:fs/promises';
import { aac, beep, film, flash, h264, plain, written } from './odd-film.ts';
import type { OddFilm, Truth } from './odd-film.ts';

interface Apart {
  /** What is cut off the beginning of each, in seconds. */
  readonly picture?: number;
  readonly sound?: number;
}

/** Picture or sound begins late; what is there keeps its time. */
const apart = (name: string, file: string, { picture = 0, sound = 0 }: Apart): OddFilm => ({
  name,
  truth: { ...plain, soundBegins: sound },
  make: async ({ make }) => {
    const pictures = await make('pictures.mp4', ...flash(4), '-ss', String(picture), ...h264);
    const sounds = await make('sounds.wav', ...beep(4), '-ss', String(sound));
    const inputs = ['-itsoffset', String(picture), '-i', pictures, '-itsoffset', String(sound), '-i', sounds];
    return make(file, ...inputs, '-map', '0', '-map', '1', '-c:v', 'copy', ...aac);
  },
});

const twice = (name: string, file: string, argv: readonly string[]): OddFilm => ({
  name,
  truth: { seen: [1, 3, 5, 7], heard: [1, 3, 5, 7], seconds: 8 },
  make: async ({ make, write }) => {
    const one = await readFile(await make(`one-${file}`, ...film, ...argv));
    return write(file, Buffer.concat([one, one]));
  },
});

/** Pictures at instants of no grid: what is not selected is not there. */
const uneven = (name: string, file: string, select: string, truth: Partial<Truth>): OddFilm => ({
  name,
  truth: { ...plain, ...truth },
  make: ({ make }) =>
    make(
      file,
      ...flash(4, { rate: '50' }),
      ...beep(4),
      '-vf',
      `settb=1/90000,${select}`,
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      '1/90000',
      ...h264,
      ...aac,
    ),
});

const sounding = (name: string, file: string, argv: readonly string[]): OddFilm => ({
  name,
  truth: { ...plain, seen: null },
  make: ({ make }) => make(file, ...beep(4), ...argv),
});

/** Streams that start apart, uneven rates, lengths that are unknown or untrue. */
export const filmsOfTime: readonly OddFilm[] = [
  written('plain', 'plain.mp4', [...h264, ...aac], { pictures: 100 }),
  apart('sound late, MKV', 'late.mkv', { sound: 0.8 }),
  apart('sound late, MP4', 'late.mp4', { sound: 0.8 }),
  apart('sound late, TS', 'late.ts', { sound: 0.8 }),
  apart('picture late, MKV', 'late-picture.mkv', { picture: 0.8 }),
  apart('picture late, MP4', 'late-picture.mp4', { picture: 0.8 }),
  {
    name: 'sound ends early',
    truth: { ...plain, heard: [1], soundEnds: 2.5 },
    make: ({ make }) => make('short-sound.mp4', ...flash(4), ...beep(2.5), ...h264, ...aac),
  },
  {
    name: 'picture ends early',
    truth: { seen: [1, 3], heard: [1, 3, 5, 7], seconds: 9 },
    make: ({ make }) => make('short-picture.mp4', ...flash(4), ...beep(9), ...h264, ...aac),
  },
  uneven('instants that jitter', 'jitter.mp4', "setpts='PTS+floor(180*sin(N*2.3))+180'", { pictures: 200 }),
  uneven('rate that falls from 50 to 10', 'burst.mp4', "select='lt(n,100)+not(mod(n,5))'", {
    pictures: 120,
    pictureSeconds: 0.1,
  }),
  uneven('pictures left out at random', 'dropped.mkv', "select='not(eq(mod(n*7,11),3))'", { pictureSeconds: 0.04 }),
  uneven('slides: one picture a second', 'slides.mp4', "select='not(mod(n,50))'", { pictures: 4, pictureSeconds: 1 }),
  {
    name: 'GIF whose last picture stays',
    truth: { seen: [1, 3], heard: null, seconds: 4.9, pictureSeconds: 1 },
    make: ({ make }) => make('stays.gif', ...flash(4, { rate: '10' }), '-final_delay', '100'),
  },
  written(
    'recording of a browser, length unknown',
    'browser.webm',
    ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-live', '1'],
    {},
  ),
  twice('two recordings in one TS', 'both.ts', [...h264, '-c:a', 'mp2']),
  twice('two recordings in one MPG', 'both.mpg', ['-c:v', 'mpeg2video', '-q:v', '3', '-c:a', 'mp2']),
  {
    name: 'MKV that begins at 5 s',
    truth: plain,
    make: async ({ make }) =>
      make(
        'later.mkv',
        '-itsoffset',
        '5',
        '-i',
        await make('now.mkv', ...film, ...h264, ...aac),
        '-c',
        'copy',
        '-copyts',
      ),
  },
  {
    name: 'clock of a TS that runs over',
    truth: plain,
    // 33 bits of 90 kHz: 95,443.7 s.
    make: ({ make }) => make('wrap.ts', ...film, ...h264, ...aac, '-output_ts_offset', '95440.2'),
  },
  sounding('MP3 of varying rate without a count', 'vbr.mp3', ['-c:a', 'libmp3lame', '-q:a', '4', '-write_xing', '0']),
  sounding('ADTS', 'bare.aac', ['-c:a', 'aac', '-b:a', '64k']),
  {
    name: 'WAV that was written to a pipe',
    truth: { ...plain, seen: null },
    make: async ({ make, write }) => {
      const bytes = await readFile(await make('whole.wav', ...beep(4)));
      const data = bytes.indexOf('data', 0, 'latin1');
      bytes.writeUInt32LE(0xffffffff, 4);
      bytes.writeUInt32LE(0xffffffff, data + 4);
      return write('piped.wav', bytes);
    },
  },
  {
    name: 'beginning hidden by an edit list',
    truth: { seen: [0.4, 2.4], heard: [0.4, 2.4], seconds: 3.4, refusals: ['codec_container_mismatch'] },
    make: async ({ make }) =>
      make('cut.mp4', '-ss', '0.6', '-i', await make('uncut.mp4', ...film, ...h264, '-g', '250', ...aac), '-c', 'copy'),
  },
  written('MP4 in fragments', 'fragments.mp4', [...h264, ...aac, '-movflags', 'empty_moov+frag_keyframe'], {
    pictures: 100,
  }),
  {
    name: 'one picture with a little sound',
    truth: {
      seen: null,
      heard: null,
      seconds: 0.12,
      pictureSeconds: 0.12,
      refusals: ['param_out_of_range', 'subtitle_unreadable'],
    },
    make: ({ make }) =>
      make('one.mp4', ...flash(1), '-f', 'lavfi', '-i', 'sine=d=0.12', '-frames:v', '1', ...h264, ...aac),
  },
  {
    name: 'TS from the middle of a packet',
    // Its first picture that can be seen is somewhere behind its first sound.
    truth: { seen: null, heard: null, seconds: 7.54, pictureSeconds: 0.1 },
    make: async ({ make, write }) => {
      const bytes = await readFile(await make('whole.ts', ...flash(8), ...beep(8), ...h264, '-g', '25', '-c:a', 'mp2'));
      return write('air.ts', bytes.subarray(188 * 150 + 61));
    },
  },
  written('rate of NTSC', 'ntsc.mp4', ['-r', '30000/1001', ...h264, ...aac], {}),
  written('rate of cinema on NTSC', 'cinema.mkv', ['-r', '24000/1001', ...h264, ...aac], {
    seen: [1.06, 3.06],
    seconds: 4.087,
  }),
  written('pictures in another order', 'order.mp4', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-bf', '4', ...aac], {
    pictures: 100,
  }),
];
