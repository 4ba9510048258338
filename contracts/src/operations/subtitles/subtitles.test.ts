import { describe, expect, it } from 'vitest';
import { checkParams } from '../rules.ts';
import { inputKind } from '../nested-inputs.ts';
import { operations } from '../registry.ts';
import { parseColour } from './colour.ts';
import { languageCode, languageField, shortLanguage } from './language.ts';

describe('colours', () => {
  it.each([
    ['white', { red: 255, green: 255, blue: 255, alpha: 255 }],
    ['Orange', { red: 255, green: 165, blue: 0, alpha: 255 }],
    ['#12aB34', { red: 18, green: 171, blue: 52, alpha: 255 }],
    ['#00000080', { red: 0, green: 0, blue: 0, alpha: 128 }],
  ])('%s', (text, colour) => {
    expect(parseColour(text)).toEqual(colour);
  });

  it.each(['', '#fff', '#12345g', 'toString', 'rgb(1,2,3)', '&H00FFFFFF', 'white,Outline=9'])('not %s', (text) => {
    expect(parseColour(text)).toBeNull();
  });
});

describe('languages', () => {
  it.each([
    ['en', 'eng', 'en'],
    ['pt-BR', 'por', 'pt'],
    ['ger', 'deu', 'de'],
    ['ENG', 'eng', 'en'],
    ['haw', 'haw', 'haw'],
  ])('%s', (tag, code, short) => {
    expect([languageCode(tag), shortLanguage(tag)]).toEqual([code, short]);
    expect(languageField.safeParse(tag).success).toBe(true);
  });

  it.each(['', 'english', 'qq', 'e', 'en_US', 'en;'])('not %s', (tag) => {
    expect(languageField.safeParse(tag).success).toBe(false);
  });
});

describe('requests that cannot work', () => {
  it.each([
    ['subtitles.extract', { track: 1, language: 'en' }, '/language'],
    [
      'subtitles.mux',
      { tracks: [1, 2].map(() => ({ subtitle_url: 'file_0000', language: 'en', default: true })) },
      '/tracks/1/default',
    ],
    ['subtitles.translate', { from_lang: 'en', to_lang: 'eng' }, '/to_lang'],
  ] as const)('%s %o', (id, params, pointer) => {
    expect(checkParams(id, params)).toMatchObject([{ pointer, code: 'param_conflict' }]);
  });
});

describe('the kind of an input', () => {
  it('is found for fields and for what parameters name', () => {
    expect(inputKind(operations['subtitles.burn_in'], 'subtitle')).toBe('subtitle');
    expect(inputKind(operations['subtitles.burn_in'], 'source')).toBe('video');
    expect(inputKind(operations['subtitles.mux'], 'tracks-12-subtitle_url')).toBe('subtitle');
    expect(inputKind(operations['subtitles.mux'], 'tracks-x-subtitle_url')).toBe('any');
    expect(inputKind(operations['subtitles.mux'], 'tracks-1')).toBe('any');
    expect(inputKind(operations.probe, 'toString')).toBe('any');
  });
});
