import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { operations } from '@ffapi/contracts';
import { plans } from '@ffapi/media';
import type { PlanFn } from '@ffapi/media';
import { createMediaExec } from '@ffapi/media-exec';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { makeFilms } from './films.ts';
import type { Film } from './films.ts';

const executablePath = '/usr/bin/chromium';

/** What nobody notices (EBU R37: 40 ms early, 60 ms late). */
const apartMsMax = 40;
/** Captions are read, not heard. */
const captionMsMax = 100;
const untilSeconds = 3.8;

/** A way to stream, and who plays it. */
const ways = [
  { name: 'hls', params: { output_format: 'hls' }, players: ['hls.js', 'shaka'] },
  { name: 'hls-ts', params: { output_format: 'hls', segment_type: 'ts' }, players: ['hls.js', 'shaka'] },
  { name: 'dash', params: { output_format: 'dash' }, players: ['shaka', 'dash.js'] },
] as const;

const exec = createMediaExec({
  ffmpegPath: process.env.FFMPEG_PATH ?? '/usr/bin/ffmpeg',
  ffprobePath: process.env.FFPROBE_PATH ?? '/usr/bin/ffprobe',
  sandbox: 'required',
});

const stream = async (film: Film, params: Readonly<Record<string, unknown>>, workDir: string): Promise<string> => {
  await mkdir(workDir, { recursive: true });
  const { facts } = await exec.probe(film.path);
  const ladder = [{ resolution: '320x180' }, { resolution: '160x90' }];
  const { artifacts } = await exec.run({
    operation: 'transcode',
    plan: plans.transcode as PlanFn,
    params: operations.transcode.params.parse({ ...params, ladder, encoder_preset: 'veryfast', segment_duration: 2 }),
    inputs: { source: { path: film.path, facts } },
    workDir,
    hardware: 'cpu',
    signal: new AbortController().signal,
  });
  return join(artifacts[0]?.path ?? '', artifacts[0]?.main ?? '');
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mpd': 'application/dash+xml',
  '.vtt': 'text/vtt',
};

const scripts: Readonly<Record<string, string>> = {
  '/': join(import.meta.dirname, 'page.html'),
  '/hls.mjs': 'node_modules/hls.js/dist/hls.mjs',
  '/shaka.js': 'node_modules/shaka-player/dist/shaka-player.compiled.js',
  '/dash.js': 'node_modules/dashjs/dist/modern/umd/dash.all.min.js',
};

interface Site {
  readonly origin: string;
  close(): void;
}

/** Serves the page, the players, and what was made. */
const serve = async (folder: string): Promise<Site> => {
  const site = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = scripts[path] ?? join(folder, path);
    readFile(file).then(
      (body) => response.writeHead(200, { 'content-type': types[extname(file)] ?? 'video/mp4' }).end(body),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  return {
    origin,
    close: () => {
      site.close();
      site.closeAllConnections();
    },
  };
};

interface Played {
  readonly sounds: readonly string[];
  readonly captions: readonly string[];
  readonly seen: readonly { readonly time: number; readonly after: number }[];
  readonly heard: readonly number[];
  readonly cues: readonly { readonly startTime: number; readonly text: string }[];
}

interface Request {
  readonly player: string;
  readonly link: string;
  readonly language?: string;
  readonly captions?: string;
}

const play = async (browser: Browser, origin: string, request: Request): Promise<Played> => {
  const shown = await browser.newPage();
  try {
    await shown.goto(origin);
    await shown.waitForFunction('window.playThrough !== undefined');
    return await shown.evaluate<Played>(`window.playThrough(${JSON.stringify({ ...request, untilSeconds })})`);
  } finally {
    await shown.close();
  }
};

const triesMax = 4;
/** Longer than any rung shows a picture. */
const pictureSecondsMax = 0.045;

/** Whether all of it was shown: of a flash whose first picture was left out nobody knows when it was. */
const isWhole = ({ seen, heard }: Played): boolean =>
  seen.length === 2 && heard.length >= 2 && seen.every(({ after }) => after <= pictureSecondsMax);

/** A busy machine leaves pictures out, and sound: then it is played once more. */
const playWhole = async (browser: Browser, origin: string, request: Request): Promise<Played> => {
  let played = await play(browser, origin, request);
  for (let tries = 1; tries < triesMax && !isWhole(played); tries++) played = await play(browser, origin, request);
  return played;
};

const ms = (seconds: number | undefined): number => Math.round((seconds ?? Number.NaN) * 1000);

const nearest = (offsets: readonly number[]): number =>
  offsets.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? Number.NaN;

/** What is wrong with what was seen and heard. */
const judge = (
  film: Film,
  language: string,
  played: Played,
): { readonly offsets: readonly number[]; readonly misses: string[] } => {
  const misses: string[] = [];
  const expected = film.sounds[language] ?? 0;
  const offsets = played.seen.map(({ time }) => nearest(played.heard.map((heard) => ms(heard - time - expected))));
  if (played.seen.length !== 2) misses.push(`${played.seen.length} flashes instead of 2`);
  for (const offset of offsets) if (!(Math.abs(offset) <= apartMsMax)) misses.push(`sound is ${offset} ms off`);
  if (language === 'und') return { offsets, misses };
  for (const [what, found, wanted] of [
    ['sounds', played.sounds, film.sounds],
    ['captions', played.captions, film.captions],
  ] as const)
    if ([...found].toSorted().join() !== Object.keys(wanted).toSorted().join())
      misses.push(`${what} in ${found.join()}`);
  const cue = played.cues.find(({ text }) => text.includes(film.captions[language] ?? 'none'));
  const late = cue === undefined ? Number.NaN : ms(cue.startTime - (played.seen[0]?.time ?? Number.NaN));
  if (!(Math.abs(late) <= captionMsMax)) misses.push(`captions are ${late} ms off`);
  return { offsets, misses };
};

const run = async (folder: string, browser: Browser): Promise<boolean> => {
  const site = await serve(folder);
  let isGood = true;
  try {
    for (const film of await makeFilms(folder))
      for (const { name, params, players } of ways) {
        const main = await stream(film, params, join(folder, `${film.name}-${name}`.replaceAll(' ', '-')));
        const link = `${site.origin}${main.slice(folder.length)}`;
        for (const player of players)
          for (const language of Object.keys(film.sounds)) {
            const chosen = language === 'und' ? {} : { language, captions: language };
            const played = await playWhole(browser, site.origin, { player, link, ...chosen });
            const { offsets, misses } = judge(film, language, played);
            isGood &&= misses.length === 0;
            const row = [
              film.name.padEnd(24),
              name.padEnd(8),
              player.padEnd(8),
              language.padEnd(5),
              offsets.join(' ms, '),
            ];
            console.log(`${row.join(' ')} ms  ${misses.length === 0 ? 'ok' : misses.join('; ')}`);
          }
      }
  } finally {
    site.close();
  }
  return isGood;
};

if (!existsSync(executablePath)) console.log(`LANE SKIPPED players (no ${executablePath})`);
else {
  const folder = await mkdtemp(join(tmpdir(), 'ffapi-e2e-players-'));
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  const browser = await chromium.launch({
    executablePath,
    args: [...args, '--autoplay-policy=no-user-gesture-required'],
  });
  try {
    process.exitCode = (await run(folder, browser)) ? 0 : 1;
  } finally {
    await browser.close();
    if (process.env.KEEP) console.log(folder);
    else await rm(folder, { recursive: true, force: true });
  }
}
