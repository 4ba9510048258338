import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { cpuCaps, film } from '../../../fixtures/facts.ts';
import { golden, showPlan } from '../../../fixtures/golden.ts';
import { assText, srtText, subtitleOf } from '../../../fixtures/subtitles.ts';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import type { Plan } from '../../plan.ts';
import { planSubtitlesConvert } from './convert.plan.ts';

const plan = (params: Record<string, unknown>, subtitle: MediaFacts = subtitleOf(srtText)): Plan =>
  planSubtitlesConvert({
    params: operations['subtitles.convert'].params.parse(params),
    facts: { subtitle },
    caps: cpuCaps,
    measured: {},
    hardware: 'auto',
  });

const contentOf = (made: Plan): string => made.outputs[0]?.content ?? '';

describe('golden files', () => {
  it.each(operations['subtitles.convert'].examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, params) => {
      const made = plan(params);
      const text = `${showPlan(made)}${contentOf(made)}`;
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );
});

describe('a conversion', () => {
  it('runs no tool, and counts its cues', () => {
    const made = plan({ format: 'vtt' }, subtitleOf(srtText, 'windows-1251'));
    expect(made).toMatchObject({ kind: 'run', steps: [], result: { cues: 2, charset: 'windows-1251', format: 'vtt' } });
    expect(made.outputs[0]).toMatchObject({ name: 'output.vtt', contentType: 'text/vtt' });
  });

  it('keeps the styling of ASS in ASS, and its text elsewhere', () => {
    const ass = subtitleOf(assText);
    expect(contentOf(plan({ format: 'ass', shift_ms: 1_000 }, ass))).toContain(
      'Dialogue: 0,0:00:02.50,0:00:03.00,Top,,0,0,0,,{\\c&H0000FF&}red',
    );
    expect(contentOf(plan({ format: 'srt' }, ass))).toBe('1\n00:00:01,500 --> 00:00:02,000\n{\\an8}red\n');
  });

  it('says what is left out, and refuses when nothing is left', () => {
    expect(plan({ shift_ms: -3_000 }).warnings).toEqual(['1 cue is left out: before the beginning']);
    expect(() => plan({ shift_ms: -9_000 })).toThrow('no cue is left');
  });

  it('wants a file that was read as text', () => {
    expect(() => plan({}, film)).toThrow('no subtitles');
  });
});

describe('WebVTT to WebVTT', () => {
  const vtt = 'WEBVTT\n\nSTYLE\n::cue(.a) { color: red }\n\n00:01.000 --> 00:02.000 position:36.67%\n<c.a>A</c>\n';

  it('keeps what WebVTT alone can say, and warns where another format cannot', () => {
    const kept = plan({ format: 'vtt' }, subtitleOf(vtt));
    expect(contentOf(kept)).toBe(vtt.replace('00:01.000 --> 00:02', '00:00:01.000 --> 00:00:02'));
    expect(kept.warnings).toEqual([]);
    expect(plan({ format: 'srt' }, subtitleOf(vtt)).warnings).toEqual([
      '2 tags are left out: only bold, italics and underlines are kept',
      'styles and regions are left out',
    ]);
  });
});
