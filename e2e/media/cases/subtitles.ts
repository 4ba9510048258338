import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { differenceBox, frameAt, pixelsOf, psnrLuma, textAt } from '../frames.ts';
import type { Material } from '../material.ts';
import { tool } from '../measure.ts';
import { together, within } from '../measured-case.ts';
import type { Made, MeasuredCase, Verdict } from '../measured-case.ts';

const said = [`It's a "test": 100%, {really} \\N`, 'Größe & Maß, Übung\nzweite Zeile', 'Oben'];
const srt = [
  `1\n00:00:00,500 --> 00:00:01,500\n${said[0]}\n`,
  '2\n00:00:02,000 --> 00:00:03,000\n<i>Größe</i> & <b>Maß</b>, Übung\nzweite Zeile\n',
  '3\n00:00:04,000 --> 00:00:05,000\n{\\an8}Oben\n',
].join('\n');

const written = async ({ folder }: Material, name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const subtitles = (material: Material): Promise<string> => written(material, 'film.srt', srt);
const latin1 = (material: Material): Promise<string> => written(material, 'latin1.srt', Buffer.from(srt, 'latin1'));
const utf16 = (material: Material): Promise<string> =>
  written(material, 'utf16.srt', Buffer.from(`\ufeff${srt}`, 'utf16le'));

/** A flat picture without loss, on which every letter can be found. */
const flat = ({ made }: Material): Promise<string> =>
  made(
    'flat.mp4',
    ...'-f lavfi -i color=c=0x204060:s=640x360:r=25:d=6 -f lavfi -i sine=d=6 -c:v libx264 -qp 0 -pix_fmt yuv420p -c:a aac'.split(
      ' ',
    ),
  );

const smallFilm = ({ made, film }: Material): Promise<string> =>
  made(
    'film-360.mp4',
    '-i',
    film,
    '-t',
    '6',
    ...'-vf scale=640:360 -c:v libx264 -qp 12 -preset veryfast -c:a copy'.split(' '),
  );

const equal = (name: string, actual: unknown, expected: unknown): Verdict => {
  const isEqual = JSON.stringify(actual) === JSON.stringify(expected);
  return {
    figures: { [name]: isEqual ? 'as expected' : JSON.stringify(actual) },
    misses: isEqual ? [] : [`${name} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`],
  };
};

const streamOf = async (path: string, entries: string, select: string): Promise<Record<string, unknown>[]> => {
  const argv = ['-v', 'error', '-select_streams', select, '-show_entries', entries, '-of', 'json', path];
  return (JSON.parse((await tool('ffprobe', argv)).stdout) as { streams: Record<string, unknown>[] }).streams;
};

const copiesOf = async (path: string): Promise<string> =>
  (
    await tool('ffmpeg', [
      '-v',
      'error',
      '-i',
      path,
      '-map',
      '0:v:0',
      '-map',
      '0:a:0',
      '-c',
      'copy',
      '-f',
      'streamhash',
      '-',
    ])
  ).stdout;

const measureDrawn = async ({ path, inputs, folder }: Made): Promise<Verdict> => {
  const [drawn, source] = [path(), inputs.source ?? ''];
  const [bare, marked] = [await frameAt(source, 1, folder), await frameAt(drawn, 1, folder)];
  const box = differenceBox(marked, bare) ?? { left: -1, top: -1, right: -1, bottom: -1 };
  const texts = [await textAt(drawn, 1, folder), await textAt(drawn, 2.5, folder), await textAt(drawn, 4.5, folder)];
  return together(
    equal('text', texts, said),
    equal('text between cues', await textAt(drawn, 1.75, folder), ''),
    within({
      'white pixels': [pixelsOf(marked, { red: 255, green: 255, blue: 255 }), 400, 6_000],
      'text from the bottom': [bare.height - box.bottom, 18, 34],
      'height of the text': [box.bottom - box.top, 16, 34],
      'off the middle': [Math.abs(box.left + box.right - bare.width) / 2, 0, 4],
      'PSNR between cues': [await psnrLuma(drawn, source, 1.6, 1.9), 45, 100],
    }),
  );
};

const measureColour = async ({ path, inputs, folder }: Made): Promise<Verdict> => {
  const [bare, marked] = [await frameAt(inputs.source ?? '', 2.5, folder), await frameAt(path(), 2.5, folder)];
  const box = differenceBox(marked, bare) ?? { left: -1, top: -1, right: -1, bottom: -1 };
  return within({
    'yellow pixels': [pixelsOf(marked, { red: 255, green: 255, blue: 0 }), 2_000, 30_000],
    'red pixels': [pixelsOf(marked, { red: 255, green: 0, blue: 0 }), 500, 30_000],
    'text from the top': [box.top, 25, 55],
    'height of two lines': [box.bottom - box.top, 80, 125],
  });
};

/** The same encode by a bare ffmpeg, without text. */
const bareEncode = async (source: string, folder: string): Promise<string> => {
  const out = join(folder, 'bare.mp4');
  await tool('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    source,
    '-map',
    '0:v:0',
    '-c:v',
    'libx264',
    '-preset',
    'medium',
    '-crf',
    '23',
    out,
  ]);
  return out;
};

const measureFilm = async ({ path, inputs, folder }: Made): Promise<Verdict> => {
  const source = inputs.source ?? '';
  const bare = await bareEncode(source, folder);
  const [drawn, plain] = [await psnrLuma(path(), source, 3.1, 3.9), await psnrLuma(bare, source, 3.1, 3.9)];
  const [frame, other] = [await frameAt(path(), 1, folder), await frameAt(source, 1, folder)];
  const box = differenceBox(frame, other);
  const [sound, before] = [
    await streamOf(path(), 'stream=codec_name,channels', 'a'),
    await streamOf(source, 'stream=codec_name,channels', 'a'),
  ];
  return together(
    equal('sound', sound, before),
    within({
      'PSNR outside of cues': [drawn, plain - 0.5, 100],
      'PSNR of a bare encode': [plain, 30, 100],
      'top of what differs': [box?.top ?? 0, 280, 340],
    }),
  );
};

const measureMuxed = async ({ path, inputs }: Made): Promise<Verdict> => {
  const found = await streamOf(
    path(),
    'stream=codec_name:stream_tags=language,title,handler_name:stream_disposition=default',
    's',
  );
  const shown = (found as unknown as { tags: Record<string, string>; disposition: { default: number } }[]).map(
    ({ tags, disposition }) => [tags.language, tags.title ?? tags.handler_name, disposition.default],
  );
  const back = (await tool('ffmpeg', ['-v', 'error', '-i', path(), '-map', '0:s:1', '-f', 'srt', '-'])).stdout;
  const [, firstSeconds] = /00:00:(\d\d,\d+) -->/.exec(back) ?? [];
  return together(
    equal('tracks', shown, [
      ['eng', 'English; "1"=#', 1],
      ['deu', 'Deutsch', 0],
    ]),
    equal('cues read back', back.match(/-->/g)?.length ?? 0, 3),
    // Matroska moves everything by the priming of the sound, which lies before 0.
    within({ 'first cue': [Number(firstSeconds?.replace(',', '.')), 0.5, 0.525] }),
    equal('copied streams', await copiesOf(path()), await copiesOf(inputs.source ?? '')),
  );
};

const tracks = [
  { subtitle_url: 'file_0000', language: 'en', title: 'English; "1"=#', default: true },
  { subtitle_url: 'file_0000', language: 'de', title: 'Deutsch' },
];

/** Subtitles written, drawn, added and taken out, each read back by tools outside of the product. */
export const subtitleCases: readonly MeasuredCase[] = [
  {
    name: 'Latin-1 becomes UTF-8 WebVTT',
    operation: 'subtitles.convert',
    params: { format: 'vtt' },
    inputs: async (material) => ({ subtitle: await latin1(material) }),
    measure: async ({ path }) => {
      const text = await readFile(path(), 'utf8');
      const { stdout } = await tool('ffprobe', [
        '-v',
        'error',
        '-count_packets',
        '-show_entries',
        'stream=codec_name,nb_read_packets',
        '-of',
        'csv=p=0',
        path(),
      ]);
      return together(
        equal('ffprobe', stdout.trim(), 'webvtt,3'),
        equal('umlauts', text.includes('<i>Größe</i> &amp; <b>Maß</b>, Übung'), true),
      );
    },
  },
  {
    name: 'UTF-16 SRT comes out as the same SRT',
    operation: 'subtitles.convert',
    params: { format: 'srt' },
    inputs: async (material) => ({ subtitle: await utf16(material) }),
    measure: async ({ path }) => equal('text', await readFile(path(), 'utf8'), srt),
  },
  {
    name: 'text is drawn where and as it should be',
    operation: 'subtitles.burn_in',
    // 24 pixels of its 360.
    params: { style: { font: 'Arial', font_size: 19.2, color: 'white', outline_color: 'black', position: 'bottom' } },
    inputs: async (material) => ({ source: await flat(material), subtitle: await latin1(material) }),
    measure: measureDrawn,
  },
  {
    name: 'colours, size and place are those of the style',
    operation: 'subtitles.burn_in',
    params: {
      // 54 pixels.
      style: { font_size: 43.2, color: '#FFFF00', outline_color: 'red', outline: 4, position: 'top', margin: 30 },
    },
    inputs: async (material) => ({ source: await flat(material), subtitle: await subtitles(material) }),
    measure: measureColour,
  },
  {
    name: 'the film is untouched outside of cues',
    operation: 'subtitles.burn_in',
    params: { style: { font_size: 19.2, margin: 20 } },
    inputs: async (material) => ({ source: await smallFilm(material), subtitle: await utf16(material) }),
    measure: measureFilm,
  },
  ...(['mp4', 'mkv'] as const).map((format): MeasuredCase => ({
    name: `two tracks in ${format}`,
    operation: 'subtitles.mux',
    params: { tracks, output_format: format },
    inputs: async (material) => ({
      source: material.film,
      'tracks-0-subtitle_url': await subtitles(material),
      'tracks-1-subtitle_url': await latin1(material),
    }),
    measure: measureMuxed,
  })),
  {
    name: 'a track of MP4 comes out as it went in',
    operation: 'subtitles.extract',
    params: { format: 'srt', language: 'de' },
    inputs: async (material) => {
      const text = await subtitles(material);
      const argv =
        '-map 0:v -map 1 -map 1 -c:v copy -c:s mov_text -metadata:s:s:0 language=eng -metadata:s:s:1 language=ger'.split(
          ' ',
        );
      return { source: await material.made('tracks.mp4', '-i', await flat(material), '-i', text, ...argv) };
    },
    measure: async ({ path, outcome }) =>
      together(
        // MP4 has no word for a place.
        equal('text', await readFile(path(), 'utf8'), srt.replace('{\\an8}', '').replace(String.raw` \N`, '')),
        equal('result', outcome.result, { cues: 3, track: 1, language: 'ger', format: 'srt' }),
      ),
  },
];
