import { describe, expect, it } from 'vitest';
import { languageTag, trackLabels } from './track-labels.ts';

describe('a language', () => {
  it.each([
    ['deu', 'de'],
    ['ger', 'de'],
    ['en', 'en'],
    ['ENG', 'en'],
    ['gsw', 'gsw'],
    ['pt-BR', 'pt-BR'],
    ['por-BR', 'pt-BR'],
    ['eng,fra', 'en'],
    ['und', null],
    ['mis', null],
    ['', null],
    ['x"y', null],
    [null, null],
  ])('%s is %s', (written, tag) => {
    expect(languageTag(written)).toBe(tag);
  });
});

describe('labels', () => {
  const otherwise = ['audio', 'audio-2', 'audio-3', 'audio-4'];

  it('name a track by its title, its language, or else by its place, and no two alike', () => {
    const tracks = [
      { language: 'ger' },
      { language: 'deu' },
      { language: null },
      { language: 'fra', title: ' A "b"\n\u0007c ' },
    ];
    expect(trackLabels(tracks, otherwise).map(({ name }) => name)).toEqual([
      'Deutsch',
      'Deutsch (2)',
      'audio-3',
      'A ’b’ c',
    ]);
  });

  it('have one default: the one that the file names, or the first', () => {
    const defaults = (...marks: readonly boolean[]): number[] =>
      trackLabels(
        marks.map((isDefault) => ({ language: 'eng', ...(isDefault ? { isDefault: true as const } : {}) })),
        otherwise,
      ).flatMap(({ isDefault }, n) => (isDefault ? [n] : []));
    expect(defaults(false, true, true)).toEqual([1]);
    expect(defaults(false, false)).toEqual([0]);
  });

  it('are chosen by language once for each of them, a commentary never', () => {
    const tracks = [
      { language: 'eng', isDefault: true as const },
      { language: 'deu', purpose: 'commentary' as const },
      { language: 'deu' },
      { language: 'deu' },
    ];
    expect(trackLabels(tracks, otherwise).map(({ isAutoselected }) => isAutoselected)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
