import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import type { MediaFacts, SubtitleFacts } from '../../../facts/media-facts.ts';
import { cpuCaps, film } from '../../../fixtures/facts.ts';
import { golden, showPlan } from '../../../fixtures/golden.ts';
import { assText, srtText } from '../../../fixtures/subtitles.ts';
import type { Plan } from '../../plan.ts';
import { planSubtitlesExtract } from './extract.plan.ts';

const withTracks = (...tracks: [codec: string, language: string | null][]): MediaFacts => ({
  ...film,
  subtitles: tracks.map(([codec, language], n): SubtitleFacts => ({ index: n + 2, codec, language })),
});
const source = withTracks(['mov_text', 'eng'], ['subrip', null], ['ass', 'ger'], ['hdmv_pgs_subtitle', 'fra']);

const plan = (params: Record<string, unknown>, measured: Record<string, unknown> = {}, facts = source): Plan =>
  planSubtitlesExtract({
    params: operations['subtitles.extract'].params.parse(params),
    facts: { source: facts },
    caps: cpuCaps,
    measured,
    hardware: 'auto',
  });

const refusal = (params: Record<string, unknown>, facts = source, track?: string): unknown => {
  try {
    return plan(params, track === undefined ? {} : { track }, facts);
  } catch (error) {
    return error;
  }
};

describe('golden command lines', () => {
  it.each(operations['subtitles.extract'].examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, params) => {
      const text = [plan(params), plan(params, { track: srtText })].map(showPlan).join('\n');
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );
});

describe('a track', () => {
  it('is named by number, by language in any code, or is the first of text', () => {
    expect(plan({ track: 1 }).steps[0]?.argv).toContain('0:3');
    for (const language of ['de', 'deu', 'ger', 'de-AT'])
      expect(plan({ language }).steps[0]?.argv, language).toContain('0:4');
    expect(plan({}, {}, withTracks(['dvd_subtitle', 'eng'], ['subrip', 'eng'])).steps[0]?.argv).toContain('0:3');
  });

  it('that is not there, or is a picture, is refused', () => {
    expect(refusal({}, film)).toMatchObject({ code: 'subtitle_track_missing' });
    expect(refusal({ track: 4 })).toMatchObject({
      code: 'subtitle_track_missing',
      message: expect.stringContaining('2 (ger, ass)') as unknown,
    });
    expect(refusal({ language: 'es' })).toMatchObject({ code: 'subtitle_track_missing' });
    expect(refusal({ track: 3 })).toMatchObject({ code: 'subtitle_is_picture' });
    expect(refusal({}, withTracks(['dvb_subtitle', null]))).toMatchObject({ code: 'subtitle_is_picture' });
  });

  it('without text is refused, with lost letters told', () => {
    expect(refusal({}, source, '\n')).toMatchObject({ code: 'subtitle_track_missing' });
    expect(plan({}, { track: srtText.replace('ö', '\ufffd') }).warnings).toHaveLength(1);
  });

  it('that is cut off is refused where its header counts, and told of where it does not', () => {
    expect(plan({}, { track: srtText, packets: '5,4' }).warnings).toEqual([]);
    expect(plan({}, { track: srtText, packets: 'N/A,2,00:00:04.000000000' }).warnings).toEqual([]);
    expect(plan({}, { track: srtText, packets: 'N/A,2,00:01:04.000000000' }).warnings).toEqual([
      'the track looks cut off at its end',
    ]);
    expect(() => plan({}, { track: srtText, packets: '7,4' })).toThrow('less than it announces');
    expect(() => plan({}, { track: 'x'.repeat(10_485_761) })).toThrow('too much text');
  });

  it('of ASS keeps its styles in ASS', () => {
    const made = plan({ format: 'ass', track: 2 }, { track: assText });
    expect(made.outputs[0]?.content).toContain('Style: Top,Arial,20,8');
    expect(made.result).toEqual({ cues: 1, track: 2, language: 'ger', format: 'ass' });
  });
});
