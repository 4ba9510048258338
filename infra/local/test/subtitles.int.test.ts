import type { JobResource } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { apiKey, call, done, fileId, upload, url } from './testbed.ts';

const srt = '1\n00:00:00,200 --> 00:00:01,000\nThe house is <b>red</b>. Ü\n';

const textOf = async (job: JobResource): Promise<string> => {
  const response = await fetch(`${url}${job.outputs[0]?.url}`, { headers: { 'x-api-key': apiKey } });
  return response.text();
};

const uploaded = async (bytes: Buffer): Promise<string> => String((await upload('film.srt', bytes)).body.file_id);

it('subtitles are converted, added, taken out and translated', async () => {
  const subtitle = await uploaded(Buffer.from(srt, 'latin1'));
  const converted = await done('/v1/subtitles/convert', { subtitle_url: subtitle, format: 'vtt' });
  expect(converted.result).toMatchObject({ cues: 1, format: 'vtt' });
  expect(await textOf(converted)).toContain('00:00:00.200 --> 00:00:01.000\nThe house is <b>red</b>. Ü');

  const tracks = [{ subtitle_url: subtitle, language: 'en', title: 'English' }];
  const muxed = await done('/v1/subtitles/mux', { video_url: fileId, tracks });
  const extracted = await done('/v1/subtitles/extract', { video_url: muxed.outputs[0]?.file_id, language: 'en' });
  expect(await textOf(extracted)).toBe(srt);

  const languages = { from_lang: 'en', to_lang: 'es' };
  const translated = await done('/v1/subtitles/translate', { subtitle_url: subtitle, ...languages });
  expect(translated.result).toMatchObject({ cues: 1, provider: 'apertium' });
  expect(await textOf(translated)).toMatch(/^1\n00:00:00,200 --> 00:00:01,000\nLa casa es <b>/);
});

it('subtitles that cannot be translated are refused before anything goes out', async () => {
  const subtitle = await uploaded(Buffer.from(srt));
  const body = { subtitle_url: subtitle, from_lang: 'en', to_lang: 'es' };
  const waited = { prefer: 'wait=60' };
  const plan = await call<{ result: unknown }>('POST', '/v1/subtitles/translate?dry_run=true', body, waited);
  expect(plan.body.result).toEqual({ cues: 1, characters: 26 });
  const failed = await call<JobResource>('POST', '/v1/subtitles/translate', { ...body, provider: 'azure' }, waited);
  expect(failed.body.error).toMatchObject({ code: 'translation_not_configured', fault: 'request', retryable: false });
});
