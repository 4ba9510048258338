import { describe, expect, it } from 'vitest';
import { film, withPicture } from '../fixtures/facts.ts';
import { limitMemory } from '../fixtures/limit-memory.ts';
import type { MediaFacts } from '../facts/media-facts.ts';
import { PlanRefusal, type Plan } from '../plans/plan.ts';
import { plans } from '../plans/registry.ts';

const mebibyte = 1024 * 1024;
const rules = { memoryBytesMax: 4096 * mebibyte, threads: 3 };
const caps = {
  ffmpegVersion: '5.1.9',
  encoders: ['libx264', 'libx265', 'libsvtav1', 'libvpx-vp9', 'aac', 'libopus'],
  hardwareEncoders: [],
  hardwareDecoders: [],
  filters: [],
  warnings: [],
};

const sized = (width: number, height: number, more: object = {}): MediaFacts =>
  withPicture({ width, height, displayWidth: width, displayHeight: height, ...more });
const [hd, uhd, eightK] = [film, sized(3840, 2160), sized(7680, 4320)];

const command = (ffmpeg_command: string, media: MediaFacts = hd, file = 'out.mp4'): Plan => {
  const params = { input_files: { film: 'file_1' }, output_files: { out: file }, ffmpeg_command };
  const facts = { 'input_files-film': media };
  return limitMemory(
    plans['ffmpeg.command']({ params, facts, caps, measured: {}, hardware: 'cpu' } as never),
    facts,
    rules,
  );
};

const memoryMb = (plan: Plan): number => (plan.limits?.memoryBytes ?? 0) / mebibyte;

const refusal = (work: () => unknown): PlanRefusal => {
  try {
    work();
  } catch (error) {
    if (error instanceof PlanRefusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('hand-written commands that keep too much', () => {
  it.each([
    ['frames to choose from', '-vf random=frames=128', eightK],
    ['frames to choose from, unnamed, of a size that is asked for', '-vf scale=16384:16384,random=128', hd],
    ['a loop', '-vf loop=loop=2:size=300', eightK],
    ['a loop, unnamed', '-vf loop=2:300', eightK],
    ['the best of many', '-vf thumbnail=300', uhd],
    ['the best of a hundred, which nobody asked for', '-vf scale=7680:4320,thumbnail', hd],
    ['a median over time', '-vf tmedian=radius=127', uhd],
    ['a median over time in a graph', '-filter_complex [0:v]scale=8192:8192[big];[big]tmedian=40[v] -map [v]', hd],
    ['an average over time', '-vf tmix=frames=128', eightK],
    ['flicker taken away', '-vf scale=16384:-1,deflicker=size=129', hd],
    ['pictures beside each other', '-filter_complex [0:v]scale=16384:16384,split[a][b];[a][b]hstack[v] -map [v]', hd],
    ['a size in an expression', '-vf scale=iw*8:ih*8,tmix=frames=3', uhd],
    ['tiles', '-vf tile=20x20 -frames:v 1', hd],
    ['frames between frames', '-vf minterpolate=fps=120', eightK],
    ['a look far ahead', '-c:v libx264 -x264-params rc-lookahead=250:ref=16', uhd],
    ['a look far ahead by another name', '-c:v libx264 -x264opts rc-lookahead=250', eightK],
    ['references', '-c:v libx264 -refs 16 -preset veryslow', eightK],
    ['HEVC of 8K', '-c:v libx265', eightK],
    ['AV1 that looks ahead', '-c:v libsvtav1 -svtav1-params lookahead=120', uhd],
    ['a size of the output', '-s 16384x16384 -c:v libx264', hd],
    ['an encoder nobody named', '', eightK],
  ])('%s', (_, options, media) => {
    const failure = refusal(() => command(`-i {{film}} ${options} {{out}}`, media));
    expect(failure.code).toBe('request_too_large');
    expect(failure.message).toMatch(/needs about \d+ MiB of memory; it may have 4096 MiB/);
  });
});

describe('hand-written commands that are common', () => {
  it.each([
    ['a scaled copy', '-vf scale=1280:-2 -c:v libx264 -crf 23', uhd, 1200],
    ['a smaller copy of 8K', '-vf scale=1920:-2 -c:v libx264', eightK, 2500],
    ['samples that repeat', '-af aloop=loop=2:size=20000000 -vn', hd, 1300],
    ['4K in H.264', '-c:v libx264 -preset slow', uhd, 4096],
    ['4K in HEVC, ten bits', '-c:v libx265 -pix_fmt yuv420p10le', sized(3840, 2160, { bitDepth: 10 }), 4096],
    ['4K in AV1', '-c:v libsvtav1 -preset 8', uhd, 4096],
    ['nothing but sound', '-vn -c:a aac', eightK, 1024],
    ['streams as they are', '-c copy', eightK, 1024],
    ['a still of a film', '-ss 1 -frames:v 1', hd, 1024],
    ['the best of a hundred in HD', '-vf thumbnail -frames:v 1', hd, 2400],
    ['a loop of one picture', '-vf loop=loop=200:size=1 -t 5', uhd, 4096],
    ['a loop of a second', '-vf scale=1280:720,loop=loop=-1:size=25,noise=alls=100:allf=t -t 60', hd, 1100],
  ])('%s', (_, options, media, mb) => {
    const file = options.startsWith('-ss') || options.includes('-frames:v 1') ? 'out.jpg' : 'out.mkv';
    const needed = memoryMb(command(`-i {{film}} ${options} {{out}}`, media, file));
    expect(needed).toBeGreaterThanOrEqual(1024);
    expect(needed).toBeLessThanOrEqual(mb);
  });
});

describe('operations', () => {
  const inputs = (n: number, media: MediaFacts): Record<string, MediaFacts> =>
    Object.fromEntries(
      Array.from({ length: n }, (_, at) => [
        [`clips-${at}-url`, media],
        [`video_urls-${at}`, media],
        [`tracks-${at}-url`, media],
      ]).flat() as [string, MediaFacts][],
    );
  const planned = (id: keyof typeof plans, params: object, facts: Record<string, MediaFacts>): Plan => {
    const plan = plans[id] as (input: object) => Plan;
    return limitMemory(plan({ params, facts, caps, measured: {}, hardware: 'cpu' }), facts, rules);
  };
  const joined = (n: number, media: MediaFacts, frame: { width: number; height: number }): Plan =>
    planned(
      'video.concat',
      {
        clips: Array.from({ length: n }, (_, at) => ({ url: `file_${at}` })),
        crossfade: { duration: 0.5, transition: 'fade' },
        ...frame,
        fps: 25,
      },
      inputs(n, media),
    );

  it('with sixteen clips of 8K that cross are refused, of HD they are not', () => {
    const frame = { width: 1920, height: 1080 };
    expect(refusal(() => joined(16, eightK, frame)).code).toBe('request_too_large');
    expect(memoryMb(joined(16, hd, frame))).toBeLessThanOrEqual(4096);
  });

  it('that only read the sound are small, whatever the picture', () => {
    const plan = planned('audio.extract', { output_format: 'mp3' }, { source: eightK });
    expect(memoryMb(plan)).toBe(1024);
  });
});
