import { beep, film, flash, h264, plain, written } from './odd-film.ts';
import type { OddFilm } from './odd-film.ts';

const layout = (name: string, file: string, channels: string, argv: readonly string[]): OddFilm =>
  written(name, file, ['-af', `aformat=channel_layouts=mono,pan=${channels}`, ...h264, ...argv]);

const all = (layoutName: string, count: number): string =>
  `${layoutName}|${Array.from({ length: count }, (_, n) => `c${n}=c0`).join('|')}`;

const rate = (name: string, file: string, hz: number, argv: readonly string[]): OddFilm =>
  written(name, file, ['-ar', String(hz), ...h264, ...argv], hz < 20_000 ? { soundFrameSeconds: 1024 / hz } : {});

/** Layouts, rates and tracks of sound. */
export const filmsOfSound: readonly OddFilm[] = [
  layout('5.1(side) in AC-3', 'side.mkv', all('5.1(side)', 6), ['-c:a', 'ac3']),
  layout('5.0(side) in AC-3', 'five.mkv', all('5.0(side)', 5), ['-c:a', 'ac3']),
  layout('5.1 in AAC', 'surround.mp4', all('5.1', 6), ['-c:a', 'aac']),
  layout('7.1 in FLAC', 'seven.mkv', all('7.1', 8), ['-c:a', 'flac']),
  layout('quadraphonic', 'quad.mkv', all('quad', 4), ['-c:a', 'flac']),
  layout('2.1', 'two-one.mkv', all('2.1', 3), ['-c:a', 'flac']),
  {
    name: 'two mono tracks, left and right',
    truth: plain,
    make: ({ make }) =>
      make(
        'dual.mov',
        ...film,
        '-filter_complex',
        '[1:a]asplit[x][y];[x]aformat=channel_layouts=mono,pan=FL|c0=c0[l];[y]aformat=channel_layouts=mono,pan=FR|c0=c0[r]',
        '-map',
        '0',
        '-map',
        '[l]',
        '-map',
        '[r]',
        ...h264,
        '-c:a',
        'pcm_s16le',
      ),
  },
  rate('8 kHz', 'telephone.mp4', 8_000, ['-c:a', 'aac']),
  rate('96 kHz', 'fine.mkv', 96_000, ['-c:a', 'flac']),
  rate('192 kHz', 'finer.mkv', 192_000, ['-c:a', 'flac']),
  rate('11,025 Hz', 'old.avi', 11_025, ['-c:a', 'pcm_u8']),
  written('24 bits', 'deep.mov', [...h264, '-c:a', 'pcm_s24le']),
  written('Opus in MP4', 'opus.mp4', [...h264, '-c:a', 'libopus']),
  written('MP3 in MKV', 'mp3.mkv', [...h264, '-c:a', 'libmp3lame']),
  {
    name: 'without sound',
    truth: { ...plain, heard: null, pictures: 100 },
    make: ({ make }) => make('silent.mp4', ...flash(4), ...h264),
  },
  {
    name: 'two languages',
    truth: plain,
    make: ({ make }) =>
      make(
        'languages.mkv',
        ...film,
        '-f',
        'lavfi',
        '-i',
        'sine=300:d=4',
        '-map',
        '0',
        '-map',
        '1',
        '-map',
        '2',
        ...h264,
        '-c:a',
        'aac',
        '-metadata:s:a:0',
        'language=eng',
        '-metadata:s:a:1',
        'language=deu',
      ),
  },
  {
    name: 'sound alone with a cover',
    truth: { ...plain, seen: null },
    make: async ({ make }) => {
      const cover = await make('cover.jpg', ...flash(1), '-frames:v', '1');
      return make(
        'cover.mp3',
        ...beep(4),
        '-i',
        cover,
        '-map',
        '0',
        '-map',
        '1',
        '-c:a',
        'libmp3lame',
        '-c:v',
        'copy',
        '-disposition:v',
        'attached_pic',
      );
    },
  },
];
