import type { TranslationProviderName } from '@ffapi/contracts';
import { createEgress } from '@ffapi/egress';
import { OutboundFailure } from '@ffapi/outbound';
import { fakeService, type ReceivedCall, type ServiceReply } from '@ffapi/testkit';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { configuredProviders } from './choose-provider.ts';
import type { Languages, TranslationSettings } from './provider.ts';
import { translateAll } from './translate-all.ts';

const egress = createEgress({ allowPrivateIps: true });
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));
afterAll(() => egress.close());

/** Apertium is a tool of this machine, and has a test of its own. */
type Name = Exclude<TranslationProviderName, 'apertium'>;

/** What each service's own documentation says of its calls and answers. */
const services: Readonly<
  Record<
    Name,
    {
      readonly path: string;
      /** The headers that its key goes in. */
      readonly key: Readonly<Record<string, string>>;
      /** The most that it takes in one call. */
      readonly takes: { readonly texts: number; readonly characters: number };
      readonly textsOf: (body: never) => string[];
      readonly answer: (texts: readonly string[]) => unknown;
      readonly settings: (url: string) => TranslationSettings;
      readonly errors: readonly (readonly [string, ServiceReply, string])[];
    }
  >
> = {
  deepl: {
    path: '/v2/translate',
    key: { authorization: 'DeepL-Auth-Key k' },
    takes: { texts: 50, characters: 30_000 },
    textsOf: (body: { text: string[] }) => body.text,
    answer: (texts) => ({ translations: texts.map((text) => ({ detected_source_language: 'EN', text })) }),
    settings: (url) => ({ DEEPL_AUTH_KEY: 'k', DEEPL_API_URL: url }),
    errors: [
      ['a bad key', { status: 403, body: '' }, 'translation_key_refused'],
      ['a used quota', { status: 456, body: { message: 'Quota Exceeded' } }, 'translation_quota_exceeded'],
      [
        'an unknown language',
        { status: 400, body: { message: "Value for 'target_lang' not supported." } },
        'translation_language_refused',
      ],
    ],
  },
  google: {
    path: '/language/translate/v2',
    key: { 'x-goog-api-key': 'k' },
    takes: { texts: 128, characters: 5_000 },
    textsOf: (body: { q: string[] }) => body.q,
    answer: (texts) => ({ data: { translations: texts.map((translatedText) => ({ translatedText })) } }),
    settings: (url) => ({ GOOGLE_TRANSLATE_API_KEY: 'k', GOOGLE_TRANSLATE_API_URL: url }),
    errors: [
      [
        'a bad key',
        {
          status: 400,
          body: { error: { code: 400, message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] } },
        },
        'translation_key_refused',
      ],
      [
        'a key without rights',
        { status: 403, body: { error: { code: 403, status: 'PERMISSION_DENIED' } } },
        'translation_key_refused',
      ],
      [
        'a used quota',
        {
          status: 403,
          body: { error: { code: 403, message: 'Daily Limit Exceeded', errors: [{ reason: 'dailyLimitExceeded' }] } },
        },
        'translation_quota_exceeded',
      ],
      [
        'an unknown language',
        { status: 400, body: { error: { code: 400, message: 'Invalid Value' } } },
        'translation_language_refused',
      ],
    ],
  },
  azure: {
    path: '/translate?api-version=3.0&from=en&to=es&textType=html',
    key: { 'ocp-apim-subscription-key': 'k', 'ocp-apim-subscription-region': 'westeurope' },
    takes: { texts: 1_000, characters: 45_000 },
    textsOf: (body: { Text: string }[]) => body.map(({ Text }) => Text),
    answer: (texts) => texts.map((text) => ({ translations: [{ text, to: 'es' }] })),
    settings: (url) => ({
      AZURE_TRANSLATOR_KEY: 'k',
      AZURE_TRANSLATOR_REGION: 'westeurope',
      AZURE_TRANSLATOR_URL: `${url}/`,
    }),
    errors: [
      [
        'a bad key',
        { status: 401, body: { error: { code: 401000, message: 'invalid credentials' } } },
        'translation_key_refused',
      ],
      [
        'a used quota',
        { status: 403, body: { error: { code: 403001, message: 'free quota' } } },
        'translation_quota_exceeded',
      ],
      [
        'an unknown language',
        { status: 400, body: { error: { code: 400036, message: 'target' } } },
        'translation_language_refused',
      ],
    ],
  },
};
const names = Object.keys(services) as Name[];

const open = async (name: Name, reply?: (n: number) => ServiceReply | null) => {
  const service = services[name];
  const translated = (call: ReceivedCall): ServiceReply => ({
    status: 200,
    body: service.answer(service.textsOf(JSON.parse(call.text) as never).map((text) => `(${text})`)),
  });
  const server = await fakeService((call, n) => reply?.(n) ?? translated(call));
  closing.push(server.close);
  const settings = service.settings(server.url);
  const provider = configuredProviders(settings, { egress, runTextTool: () => Promise.reject(new Error('none')) })[
    name
  ];
  const waits: number[] = [];
  const translate = (texts: readonly string[], languages: Languages = { from: 'en', to: 'es' }) =>
    translateAll(provider as NonNullable<typeof provider>, texts, languages, {
      signal: AbortSignal.timeout(20_000),
      wait: async (delayMs) => void waits.push(delayMs),
    });
  return { ...server, waits, translate };
};

const failureOf = async (work: Promise<unknown>): Promise<OutboundFailure> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof OutboundFailure) return error;
  throw error ?? new Error('expected a failure');
};

describe.each(names)('%s', (name) => {
  const { errors, path, takes, textsOf } = services[name];

  it('gets texts with their tags, and gives them back in order', async () => {
    const { calls, translate } = await open(name);
    expect(await translate(['<i>a</i> &amp; b', 'c<br/>d'])).toEqual(['(<i>a</i> &amp; b)', '(c<br/>d)']);
    expect(calls.map((call) => call.path)).toEqual([path]);
    expect(textsOf(JSON.parse(calls[0]?.text ?? '') as never)).toEqual(['<i>a</i> &amp; b', 'c<br/>d']);
    expect(calls[0]?.path).not.toMatch(/key/i);
  });

  it('gets no more in a call than it takes', async () => {
    const { calls, translate } = await open(name);
    const texts = Array.from({ length: 1_201 }, (_, n) => `${n} ${'x'.repeat(n % 90)}`);
    expect(await translate(texts)).toEqual(texts.map((text) => `(${text})`));
    const sizes = calls.map(({ text }) => textsOf(JSON.parse(text) as never));
    expect(Math.max(...sizes.map((each) => each.length))).toBeLessThanOrEqual(takes.texts);
    const characters = sizes.map((each) => each.join('').length);
    expect(Math.max(...characters)).toBeLessThanOrEqual(takes.characters);
  });

  it.each(errors)('names %s, and asks no second time', async (_, reply, code) => {
    const { calls, translate } = await open(name, () => reply);
    expect((await failureOf(translate(['a']))).code).toBe(code);
    expect(calls).toHaveLength(1);
  });

  it('is asked again when it was busy or broken', async () => {
    const busy: ServiceReply[] = [
      { status: 429, body: {}, headers: { 'retry-after': '7' } },
      { status: 503, body: 'not even JSON' },
    ];
    const { calls, translate, waits } = await open(name, (n) => busy[n - 1] ?? null);
    expect(await translate(['a'])).toEqual(['(a)']);
    expect(calls).toHaveLength(3);
    expect(waits).toEqual([7_000, 1_000]);
  });

  it('fails when it stays broken, or asks for more patience than there is', async () => {
    const broken = await open(name, () => ({ status: 500, body: {} }));
    expect(await failureOf(broken.translate(['a']))).toMatchObject({
      code: 'translation_failed',
      message: expect.stringContaining('500') as unknown,
    });
    expect(broken.calls).toHaveLength(4);
    const slow = await open(name, () => ({ status: 429, body: {}, headers: { 'retry-after': '600' } }));
    await failureOf(slow.translate(['a']));
    expect(slow.calls).toHaveLength(1);
  });

  it.each([
    ['nonsense', 'no JSON'],
    ['an empty object', {}],
    ['a list of nothing', [null]],
  ])('fails when it answers with %s', async (_, body) => {
    const { translate } = await open(name, () => ({ status: 200, body }));
    expect((await failureOf(translate(['a']))).code).toBe('translation_failed');
  });

  it('fails when a text is missing', async () => {
    const { translate } = await open(name, () => ({ status: 200, body: services[name].answer(['a']) }));
    expect((await failureOf(translate(['a', 'b']))).message).toContain('1 texts came back for 2');
  });
});

describe('what services want to be told', () => {
  it('is the key, in a header', async () => {
    const seen = await Promise.all(
      names.map(async (name) => {
        const { calls, translate } = await open(name);
        await translate(['a']);
        return calls[0]?.headers;
      }),
    );
    expect(seen).toMatchObject(names.map((name) => services[name].key));
  });

  it.each([
    ['deepl', { from: 'eng', to: 'pt-BR' }, /"source_lang":"EN","target_lang":"PT-BR"/],
    ['deepl', { from: 'de', to: 'en' }, /"source_lang":"DE","target_lang":"EN-US"/],
    ['deepl', { from: 'en', to: 'de-AT' }, /"target_lang":"DE"/],
    ['google', { from: 'en', to: 'zh-TW' }, /"target":"zh-TW"/],
    ['google', { from: 'ger', to: 'pt-BR' }, /"source":"de","target":"pt"/],
    ['azure', { from: 'en', to: 'chi' }, /from=en&to=zh-Hans/],
    ['azure', { from: 'en', to: 'no' }, /from=en&to=nb/],
  ] as const)('%s: %o', async (name, languages, expected) => {
    const { calls, translate } = await open(name);
    await translate(['a'], languages);
    expect(`${calls[0]?.path} ${calls[0]?.text}`).toMatch(expected);
  });
});

it('Google says 403 when it is only busy', async () => {
  const busy = { status: 403, body: { error: { code: 403, message: 'User Rate Limit Exceeded' } } };
  const { calls, translate } = await open('google', (n) => (n === 1 ? busy : null));
  expect(await translate(['a'])).toEqual(['(a)']);
  expect(calls).toHaveLength(2);
});

it('a service that cannot be reached is tried again, then told of', async () => {
  const { url, close, translate, waits } = await open('deepl');
  close();
  expect(url).toContain('127.0.0.1');
  expect((await failureOf(translate(['a']))).message).toContain('it cannot be reached');
  expect(waits).toEqual([500, 1_000, 2_000]);
});
