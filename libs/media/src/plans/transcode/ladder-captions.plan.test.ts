import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import type { MediaFacts, SubtitleFacts } from '../../facts/media-facts.ts';
import { cpuCaps, film, withSound } from '../../fixtures/facts.ts';
import { srtText } from '../../fixtures/subtitles.ts';
import { argvOf } from '../../fixtures/plan-transcode.ts';
import type { Plan } from '../plan.ts';
import { planTranscode } from './transcode.plan.ts';

const withTracks = (facts: MediaFacts, ...codecs: readonly string[]): MediaFacts => ({
  ...facts,
  subtitles: codecs.map((codec, n): SubtitleFacts => ({ index: n + 2, codec, language: null })),
});

const plan = (facts: MediaFacts, measured: Record<string, unknown> = {}): Plan =>
  planTranscode({
    params: operations.transcode.params.parse({ output_format: 'hls' }),
    facts: { source: facts },
    caps: cpuCaps,
    measured,
    hardware: 'auto',
  });

describe('subtitles of a ladder', () => {
  it('are read first, all tracks of text in one go', () => {
    const made = plan(withTracks(film, 'subrip', 'hdmv_pgs_subtitle', 'mov_text'));
    expect(made.kind).toBe('measure');
    expect(argvOf(made).match(/-map 0:\d/g)).toEqual(['-map 0:2', '-map 0:4']);
    expect(made.steps).toHaveLength(1);
  });

  it('that are pictures are left out, and said, without another reading', () => {
    const made = plan(withTracks(film, 'hdmv_pgs_subtitle'));
    expect(made.kind).toBe('run');
    expect(made.warnings).toContain('subtitle track 2 is left out: hdmv_pgs_subtitle is no text');
  });

  it('that could not be read are left out, and said', () => {
    const made = plan(withTracks(film, 'subrip', 'ass'), { 'captions-0': '', 'captions-1': srtText });
    expect(made.warnings).toContain('subtitle track 2 is left out: it holds no text');
    expect(made.outputs[0]?.post?.captions.map(({ name, label }) => [name, label.name])).toEqual([
      ['subtitles', 'subtitles'],
    ]);
  });

  it('count from where the film begins', () => {
    const late = withSound({ startMs: 60_000 });
    const facts = withTracks({ ...late, video: late.video.map((each) => ({ ...each, startMs: 500 })) }, 'subrip');
    const text = '1\n00:00:02,000 --> 00:00:03,000\nHello\n';
    const [track] = plan(facts, { 'captions-0': text }).outputs[0]?.post?.captions ?? [];
    expect(track?.text).toContain('00:00:01.500 --> 00:00:02.500\nHello');
  });

  it('are sixteen at most', () => {
    const facts = withTracks(film, ...Array.from({ length: 18 }, () => 'subrip'));
    const texts = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`captions-${n}`, srtText]));
    const made = plan(facts, texts);
    expect(made.outputs[0]?.post?.captions).toHaveLength(16);
    expect(made.warnings).toContain('2 subtitle tracks left out: a ladder has 16 at most');
  });
});
