import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { cpuCaps, film, gpuCaps, withPicture } from '../../fixtures/facts.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import type { Plan } from '../plan.ts';
import { planComposeFromTracks } from './from-tracks.plan.ts';
import { planComposeFromUrls } from './from-urls.plan.ts';
import { planImageLoop } from './image-loop.plan.ts';

const silent: MediaFacts = { ...film, audio: [] };
const soundOnly: MediaFacts = { ...film, video: [], demuxer: 'mp3' };
const still = withPicture({ durationMs: null, frames: null, pixFmt: 'rgba', codec: 'png' });
const png: MediaFacts = { ...still, demuxer: 'png_pipe', audio: [], durationMs: null };

const base = { caps: cpuCaps, measured: {}, hardware: 'auto' } as const;

const fromUrls = (params: Record<string, unknown>, facts: Record<string, MediaFacts> = { video: film }): Plan =>
  planComposeFromUrls({ ...base, facts, params: operations['compose.from_urls'].params.parse(params) });
const fromTracks = (params: Record<string, unknown>, facts: Record<string, MediaFacts>): Plan =>
  planComposeFromTracks({ ...base, facts, params: operations['compose.from_tracks'].params.parse(params) });
const imageLoop = (params: Record<string, unknown>, source: MediaFacts = png): Plan =>
  planImageLoop({ ...base, facts: { source }, params: operations['image.to_mp4_loop'].params.parse(params) });
const graphOf = (plan: Plan): string => String(plan.steps[0]?.argv[plan.steps[0].argv.indexOf('-filter_complex') + 1]);

describe('golden command lines', () => {
  const all = { video: film, bgm: soundOnly };
  it.each(operations['compose.from_urls'].examples)('$title', ({ title, params }) => {
    const text = showPlan(fromUrls(params, params.ducking ? all : { video: film }));
    expect(text).toBe(golden(import.meta.url, title, text));
  });
  it.each(operations['compose.from_tracks'].examples)('$title', ({ title, params }) => {
    const facts = { 'tracks-0-keyframes-0-url': film, 'tracks-1-keyframes-0-url': soundOnly };
    const text = showPlan(fromTracks(params, facts));
    expect(text).toBe(golden(import.meta.url, title, text));
  });
  it.each(operations['image.to_mp4_loop'].examples)('$title', ({ title, params }) => {
    const text = showPlan(imageLoop(params));
    expect(text).toBe(golden(import.meta.url, title, text));
  });
});

it('NVENC of a composition', () => {
  const params = operations['compose.from_urls'].params.parse({});
  const text = showPlan(planComposeFromUrls({ ...base, caps: gpuCaps, facts: { video: film }, params }));
  expect(text).toBe(golden(import.meta.url, 'NVENC of a composition', text));
});

describe('a video from URLs', () => {
  it('keeps its own sound unless it is dropped or replaced', () => {
    expect(fromUrls({}).outputs[0]?.expect.audioStreams).toBe(1);
    expect(fromUrls({ source_audio: 'drop' }).outputs[0]?.expect.audioStreams).toBe(0);
    expect(fromUrls({}, { video: silent }).outputs[0]?.expect.audioStreams).toBe(0);
    expect(graphOf(fromUrls({}, { video: film, audio: soundOnly }))).not.toContain('[0:1]');
  });

  it('ends with the video, however long the music and whatever was asked for', () => {
    const plan = fromUrls({ loop_bgm: true, duration: 3000 }, { video: silent, bgm: soundOnly });
    expect(plan.outputs[0]?.expect.durationMs).toBe(30_000);
    expect(plan.steps[0]?.argv.join(' ')).toContain(' -t 30 ');
    expect(plan.warnings).toContain('the video ends after 30 s, before the 3000 s asked for');
  });

  it('takes a length as seconds, as text or in milliseconds', () => {
    for (const params of [{ duration: 2.5 }, { duration: '2.5' }, { duration_ms: 2500 }])
      expect(fromUrls(params).outputs[0]?.expect).toMatchObject({ durationMs: 2500, frames: 75 });
  });

  it('says which input lacks what', () => {
    expect(() => fromUrls({}, { video: soundOnly })).toThrow('video_url has no video track');
    expect(() => fromUrls({}, { video: film, bgm: silent })).toThrow('bgm_url has no audio track');
  });

  it('maps HDR and tells so', () => {
    const hdr = withPicture({ isHdr: true, colorTransfer: 'smpte2084', bitDepth: 10, pixFmt: 'yuv420p10le' });
    const plan = fromUrls({}, { video: hdr });
    expect(graphOf(plan)).toContain('tonemap');
    expect(plan.warnings).toContain('HDR is mapped to SDR');
  });
});

describe('a time line', () => {
  const name = 'tracks-0-keyframes-0-url';
  const one = (keyframe: Record<string, unknown>, facts: MediaFacts = film): Plan =>
    fromTracks(
      { tracks: [{ id: 'a', type: 'video', keyframes: [{ url: 'file_aaaa', ...keyframe }] }] },
      { [name]: facts },
    );

  it('is as long as its last keyframe', () => {
    expect(one({ timestamp: 1500, duration: 2000 }).outputs[0]?.expect.durationMs).toBe(3500);
  });

  it('shows a picture as long as it is asked for', () => {
    expect(graphOf(one({ duration: 2000 }, png))).toContain('loop=loop=-1');
    expect(one({ duration: 2000 }, png).warnings).toEqual([]);
  });

  it('tells of clips that are shorter than their time', () => {
    expect(one({ duration: 31_000 }).warnings[0]).toContain('lasts 30 s');
  });

  it('leaves out the sound of muted tracks', () => {
    const plan = fromTracks(
      { tracks: [{ id: 'a', type: 'video', muted: true, keyframes: [{ url: 'file_aaaa', duration: 1000 }] }] },
      { [name]: film },
    );
    expect(plan.outputs[0]?.expect.audioStreams).toBe(0);
  });
});

describe('a video of a picture', () => {
  it('has even sides and exact frames', () => {
    const odd = withPicture({ ...png.video[0], displayWidth: 321, displayHeight: 241, width: 321, height: 241 });
    const plan = imageLoop({ duration: 2 }, { ...odd, audio: [], demuxer: 'png_pipe' });
    expect(plan.outputs[0]?.expect).toMatchObject({ width: 322, height: 242, frames: 50 });
  });

  it('shows the background through what is transparent', () => {
    expect(graphOf(imageLoop({ background: '#ff0000' }))).toMatch(/color=c=#ff0000.*yuva420p/);
  });
});
