import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { cpuCaps, film } from '../fixtures/facts.ts';
import { subtitleOf } from '../fixtures/subtitles.ts';
import { planFilter } from '../plans/filter/filter.plan.ts';
import type { Plan } from '../plans/plan.ts';
import { planSubtitlesBurnIn } from '../plans/subtitles/burn-in/burn-in.plan.ts';
import { glyphCheck, glyphWarnings } from './missing-glyphs.ts';
import { rareLetters } from './rare-letters.ts';

const said = (...codes: string[]): string[] =>
  codes.map(
    (code) =>
      `[Parsed_ass_0 @ 0x5] [warning] fontselect: failed to find any fallback with glyph 0x${code} for font: (Arial, 400, 0)`,
  );

describe('letters that a font may lack', () => {
  it('are none of Latin text', () => {
    expect(rareLetters(['It’s “a” test: Größe, Łódź – 5 € …', '♪ la ♪\n'])).toEqual([]);
  });

  it('are told apart from what has no shape of its own', () => {
    expect(rareLetters(['👩\u200d👧\ufe0f\u2060 e\u0301 \u00a0'])).toEqual(['👩', '👧']);
  });

  it('are a few that speak for every script', () => {
    const han = Array.from({ length: 5_000 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('');
    const letters = rareLetters([han, 'नमस्ते', 'مرحبا']);
    expect(letters).toHaveLength(24);
    expect(letters.join('')).toMatch(/न.*م|م.*न/);
  });
});

const anyFont = (...letters: string[]) => ({ letters, font: null });

describe('a warning', () => {
  it('names the letters and what to install', () => {
    expect(glyphWarnings(anyFont('你', 'न', '😀', 'م'), said('4F60', '928', '1F600'))).toEqual([
      'no font has 你 न 😀, drawn as boxes: install fonts for them on the workers (Debian: fonts-noto-cjk, fonts-noto-core, fonts-symbola)',
    ]);
    const error = '[x] [error] Glyph 0x645 not found in font for (Arial, 400, 0)';
    expect(glyphWarnings(anyFont('م'), [error])).toHaveLength(1);
  });

  it('is none where another font has the letter, unless only one is drawn with', () => {
    const log = ['[x] [info] Glyph 0x4F60 not found, selecting one more font for (DejaVu Sans, 400, 0)'];
    expect(glyphWarnings(anyFont('你'), log)).toEqual([]);
    expect(glyphWarnings({ letters: ['你'], font: 'DejaVu Sans' }, log)).toEqual([
      expect.stringMatching(/^the font DejaVu Sans does not have 你, drawn as boxes/),
    ]);
  });

  it('names a few of many', () => {
    const letters = Array.from({ length: 20 }, (_, n) => String.fromCodePoint(0x4e00 + n));
    const codes = letters.map((letter) => letter.codePointAt(0)?.toString(16) ?? '');
    expect(glyphWarnings({ letters, font: null }, said(...codes))[0]).toContain('一 丁 丂 七 丄 丅 丆 万 and others,');
  });
});

describe('text that is drawn', () => {
  const burn = (text: string): Plan =>
    planSubtitlesBurnIn({
      params: operations['subtitles.burn_in'].params.parse({}),
      facts: { source: film, subtitle: subtitleOf(`1\n00:00:01,000 --> 00:00:02,000\n${text}\n`) },
      caps: cpuCaps,
      measured: {},
      hardware: 'auto',
    });
  const overlay = (text: string): Plan =>
    planFilter({
      params: operations['video.filter'].params.parse({ filters: [{ type: 'text', params: { text } }] }),
      facts: { source: film },
      caps: cpuCaps,
      measured: {},
      hardware: 'auto',
    });

  it('is looked for in every font by subtitles, and in one by a filter', () => {
    expect(burn('Größe 你好').drawn).toEqual({ letters: ['你', '好'], font: null });
    expect(overlay('Größe 你好').drawn).toEqual({ letters: ['你', '好'], font: 'DejaVu Sans' });
    expect(burn('Größe').drawn?.letters).toEqual([]);
  });

  it('reaches the tool as a file', () => {
    const { step, scratch } = glyphCheck({ letters: ['你', '{'], font: 'DejaVu Sans' }, '/fonts');
    expect(step.argv.join(' ')).toContain('ass=filename=glyphs.ass:fontsdir=/fonts');
    expect(scratch['glyphs.ass']).toMatch(/Style: Default,DejaVu Sans,.*\n[^]*,,你 \\\{\n/);
  });
});
