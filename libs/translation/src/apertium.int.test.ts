import { createTextTools } from '@ffapi/media-exec';
import { describe, expect, it } from 'vitest';
import { apertiumOnThisMachine } from './apertium.ts';
import { chooseProvider } from './choose-provider.ts';
import { translateAll } from './translate-all.ts';

const { signal } = new AbortController();
const runTextTool = createTextTools({ sandbox: 'required' });
const provider = apertiumOnThisMachine({ runTextTool });
const spanish = { from: 'en', to: 'es' };

describe('apertium', () => {
  it('translates offline, text by text, and keeps tags and letters', async () => {
    const texts = ['The house is <b>red</b>.', 'one &lt; two &amp; 100%', 'The cat<br/>- The dog', '♪'];
    const translated = await translateAll(provider, texts, spanish, { signal });
    expect(translated[0]).toMatch(/La casa es <b>roja?<\/b>/);
    expect(translated[1]).toMatch(/&lt; .*&amp; 100%/);
    expect(translated[2]).toMatch(/El gato<br\/>\s*- El perro/);
    expect(translated[3]).toBe('♪');
  });

  it('knows languages by any code', async () => {
    const [translated] = await translateAll(provider, ['la casa'], { from: 'spa', to: 'en-GB' }, { signal });
    expect(translated).toMatch(/^the house$/i);
  });

  it('names what to install', async () => {
    const unknown = translateAll(provider, ['a'], { from: 'en', to: 'is' }, { signal });
    await expect(unknown).rejects.toMatchObject({
      code: 'translation_language_refused',
      message: expect.stringContaining('apertium-eng-isl') as unknown,
    });
    const absent = translateAll(apertiumOnThisMachine({ runTextTool, modesDir: '/nowhere' }), ['a'], spanish, {
      signal,
    });
    await expect(absent).rejects.toMatchObject({
      code: 'translation_not_configured',
      message: expect.stringContaining('apertium-eng-spa') as unknown,
    });
  });

  it('that fails, or loses a text, is told of', async () => {
    const broken = apertiumOnThisMachine({ runTextTool: async () => ({ ok: false, stdout: '' }) });
    await expect(translateAll(broken, ['a'], spanish, { signal })).rejects.toMatchObject({
      code: 'translation_failed',
    });
    const lossy = apertiumOnThisMachine({ runTextTool: async () => ({ ok: true, stdout: '<p id="0">x</p>' }) });
    await expect(translateAll(lossy, ['a', 'b'], spanish, { signal })).rejects.toThrow('a text was lost');
  });
});

describe('the choice', () => {
  it('is the one that was asked for, or the first', () => {
    const other = { ...provider, name: 'google' as const };
    expect(chooseProvider({ google: other, apertium: provider }, undefined).name).toBe('google');
    expect(chooseProvider({ google: other, apertium: provider }, 'apertium').name).toBe('apertium');
    expect(() => chooseProvider({ apertium: provider }, 'deepl')).toThrow('DEEPL_AUTH_KEY is not set');
  });
});
