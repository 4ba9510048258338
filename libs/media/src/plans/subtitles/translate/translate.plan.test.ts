import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { cpuCaps } from '../../../fixtures/facts.ts';
import { golden, showPlan } from '../../../fixtures/golden.ts';
import { assText, srtText, subtitleOf } from '../../../fixtures/subtitles.ts';
import type { Plan } from '../../plan.ts';
import { planSubtitlesTranslate, textsToTranslate } from './translate.plan.ts';

const two = { from_lang: 'en', to_lang: 'es' };
const plan = (params: Record<string, unknown>, texts?: readonly string[], subtitle = subtitleOf(srtText)): Plan =>
  planSubtitlesTranslate({
    params: operations['subtitles.translate'].params.parse(params),
    facts: { subtitle },
    caps: cpuCaps,
    measured: texts === undefined ? {} : { translation: { provider: 'deepl', texts } },
    hardware: 'auto',
  });

describe('golden files', () => {
  it.each(operations['subtitles.translate'].examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, params) => {
      const [first, last] = [plan(params), plan(params, ['Uno', '<i>Dos</i> y <b>tres</b>'])];
      const text = `${showPlan(first)}${showPlan(last)}${last.outputs[0]?.content}`;
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );
});

describe('a translation', () => {
  it('gets the text and nothing else', () => {
    const lines = subtitleOf(`${srtText}\n3\n00:00:05,000 --> 00:00:06,000\n{\\an8}- a < b &\n- c\n`);
    expect(textsToTranslate({ subtitle: lines })).toEqual([
      'It\'s a "test": 100%, {really}',
      '<i>Größe</i> &amp; <b>Maß</b>',
      '- a &lt; b &amp;<br/>- c',
    ]);
    expect(plan(two)).toMatchObject({ kind: 'measure', steps: [], result: { cues: 2 } });
  });

  it('keeps times, looks and places, however the tags come back', () => {
    const made = plan(two, ['Es una &quot;prueba&quot;&#39;s<BR />segunda', '<i>Tama&#241;o <b>y']);
    expect(made.outputs[0]?.content).toBe(
      [
        '1\n00:00:01,000 --> 00:00:02,500\nEs una "prueba"\'s\nsegunda\n',
        '2\n00:00:03,000 --> 00:00:04,000\n<i>Tamaño </i><b><i>y</i></b>\n',
      ].join('\n'),
    );
    expect(plan({ ...two, format: 'srt' }, ['rojo'], subtitleOf(assText)).outputs[0]?.content).toContain('{\\an8}rojo');
    const ass = plan(two, ['rojo'], subtitleOf(assText)).outputs[0]?.content;
    expect(ass).toContain('Top,,0,0,0,,{\\c&H0000FF&}{\\an8}rojo');
    expect(ass).toContain('Style: Top,Arial,20,8');
  });

  it('of WebVTT keeps settings, styles and names, and of the text only what came back', () => {
    const vtt = subtitleOf(
      'WEBVTT\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:02.000 position:36.67%\n<v Ann>red <00:01.500>car</v>\n',
    );
    expect(plan(two, ['coche rojo'], vtt).outputs[0]?.content).toBe(
      'WEBVTT\n\nSTYLE\n::cue {}\n\nintro\n00:00:01.000 --> 00:00:02.000 position:36.67%\ncoche rojo\n',
    );
  });

  it('of what can only be read is SRT', () => {
    const made = plan(two, ['Uno'], subtitleOf('0:00:01.000,0:00:02.000\nOne\n'));
    expect(made.outputs[0]).toMatchObject({ name: 'output.srt' });
  });

  it('that lost a text is refused, one that is empty stays as it was', () => {
    expect(() => plan(two, ['Uno'])).toThrow('1 texts came back for 2 cues');
    expect(plan(two, ['', 'Dos']).outputs[0]?.content).toContain('It\'s a "test"');
  });
});
