import type { Recipe } from './change.ts';
import { handedOn } from './setting-places.ts';
import { camel, kebab, shout, wordsOf, wrongWords } from './words.ts';

/** A moderation provider or a translator, called with a key. */
export const newProvider = (given: readonly string[]): Recipe => {
  const usage = 'provider FAMILY NAME, such as moderation acme; families: moderation, translation';
  const { family, name } = wordsOf(given, ['family', 'name'], usage);
  if (family !== 'moderation' && family !== 'translation') throw wrongWords(usage);
  const [file, symbol] = [kebab(name), camel(name)];
  const prefix = `${shout(name)}_${family === 'moderation' ? 'MODERATION' : 'TRANSLATION'}`;
  const settings = `  ${symbol}: {
    title: '${name}',
    needs: ['${prefix}_KEY'],
    settings: {
      ${prefix}_KEY: setting('${family}', text.optional(), 'Key of ${name}.', { secret: true }),
      ${prefix}_URL: setting('${family}', z.url().optional(), 'Another address than its own.'),
    },
  },
`;
  return family === 'moderation'
    ? moderation(file, symbol, prefix, settings)
    : translation(file, symbol, prefix, settings);
};

/** What the settings of each family stand beside. */
const neighbours = {
  moderation: {
    deployment: 'moderation',
    secret: 'AZURE_CONTENT_SAFETY_KEY',
    plain: 'GOOGLE_VISION_API_URL',
    last: 'AZURE_CONTENT_SAFETY_KEY',
  },
  translation: {
    deployment: 'translate',
    secret: 'AZURE_TRANSLATOR_KEY',
    plain: 'AZURE_TRANSLATOR_URL',
    last: 'AZURE_TRANSLATOR_URL',
  },
} as const;

const moderation = (file: string, symbol: string, prefix: string, settings: string): Recipe => {
  const base = 'services/moderation/src/providers';
  return {
    changes: [
      ...handedOn({ secret: `${prefix}_KEY`, plain: `${prefix}_URL` }, neighbours.moderation),
      {
        path: 'libs/config/src/moderation-settings.ts',
        at: '} as const satisfies Record<string, ProviderSettings>;',
        side: 'before',
        insert: settings,
      },
      {
        path: `${base}/${file}.client.ts`,
        content: `import { z } from 'zod';
import { required, type OpenModerator } from './provider.client.ts';

const answerShape = z.object({ labels: z.array(z.object({ name: z.string(), confidence: z.number().min(0).max(1) })) });

export const ${symbol}: OpenModerator<'${symbol}'> = (config, { caller }) => ({
    name: '${symbol}',
    bytesMax: 4 * 1024 * 1024,
    look: async ({ bytes, contentType }, signal) => {
      const answer = await caller.call({
        url: config.${prefix}_URL ?? 'https://api.${file}.example/look',
        headers: { authorization: \`Bearer \${required(config.${prefix}_KEY)}\`, 'content-type': 'application/json' },
        body: JSON.stringify({ picture: Buffer.from(bytes).toString('base64'), type: contentType }),
        signal,
      });
      if (answer.status !== 200) throw caller.failureOf(answer);
      return caller.readAs(answerShape, answer).labels;
    },
});
`,
      },
      {
        path: `${base}/documented-services.double.ts`,
        at: "/** What each provider's documentation says",
        side: 'before',
        insert: `const ${symbol}: DocumentedService = {
  settings: (url) => ({ ${prefix}_KEY: 'key', ${prefix}_URL: url }),
  secret: '${prefix}_KEY',
  objection: (call) => {
    if (call.headers.authorization !== 'Bearer key') return { status: 401, body: {} };
    return isImage(body(call).picture) ? null : { status: 400, body: {} };
  },
  bytesMax: 4_194_304,
  bytesOf: (sent: { picture: string }) => sent.picture,
  clean: { labels: [] },
  grave: { labels: [{ name: 'nudity', confidence: 0.9 }] },
  sightings: [{ name: 'nudity', confidence: 0.9 }],
  errors: [
    ['a bad key', { status: 401, body: {} }, 'moderation_key_refused'],
    ['a picture that is none', { status: 400, body: {} }, 'moderation_unavailable'],
  ],
  busy: { status: 429, body: {} },
};

`,
      },
      {
        path: `${base}/documented-services.double.ts`,
        at: /DocumentedService>> = \{[^}]*(?= \};)/,
        side: 'after',
        insert: `, ${symbol}`,
      },
      {
        path: `${base}/choose-provider.client.ts`,
        at: 'import { moderationCaller',
        side: 'before',
        insert: `import { ${symbol} } from './${file}.client.ts';\n`,
      },
      {
        path: `${base}/choose-provider.client.ts`,
        at: 'OpenModerator<Name> } = {\n',
        side: 'after',
        insert: `  ${symbol},\n`,
      },
    ],
    next: [
      `its settings and title: libs/config/src/moderation-settings.ts`,
      `its call, its answer and its errors, from its own documentation: ${base}/${file}.client.ts`,
      `what its documentation says, as a service to be tested against: ${base}/documented-services.double.ts`,
      'its row in docs/how-to/moderate-content.md',
    ],
  };
};

const translation = (file: string, symbol: string, prefix: string, settings: string): Recipe => {
  const base = 'libs/translation/src';
  return {
    changes: [
      ...handedOn({ secret: `${prefix}_KEY`, plain: `${prefix}_URL` }, neighbours.translation),
      {
        path: 'contracts/src/operations/subtitles/translate.operation.ts',
        at: /translationProviders = \[/,
        side: 'after',
        insert: `'${symbol}', `,
      },
      {
        path: 'libs/config/src/translation-settings.ts',
        at: '} as const satisfies Record<TranslationProviderName, ProviderSettings>;',
        side: 'before',
        insert: settings,
      },
      {
        path: `${base}/${file}.ts`,
        content: `import { parsedJson } from '@ffapi/outbound';
import { at, textsOf } from './json-body.ts';
import type { OpenTranslator } from './provider.ts';

export const ${symbol}: OpenTranslator<'${symbol}'> = ({ ${prefix}_KEY: key, ${prefix}_URL: url = 'https://api.${file}.example/translate' }, { caller }) => {
    if (!key) return null;
    return {
      name: '${symbol}',
      limits: { textsMax: 50, charactersMax: 10_000 },
      translate: async (texts, { from, to }, signal) => {
        const answer = await caller.call({
          url,
          headers: { authorization: \`Bearer \${key}\`, 'content-type': 'application/json' },
          body: JSON.stringify({ texts, from, to }),
          signal,
        });
        if (answer.status !== 200) throw caller.failureOf(answer);
        return textsOf(at(parsedJson(answer.text), 'texts'));
      },
    };
};
`,
      },
      {
        path: `${base}/providers.test.ts`,
        at: '};\nconst names =',
        side: 'before',
        insert: `  ${symbol}: {
    path: '/',
    key: { authorization: 'Bearer k' },
    takes: { texts: 50, characters: 10_000 },
    textsOf: (body: { texts: string[] }) => body.texts,
    answer: (texts) => ({ texts }),
    settings: (url) => ({ ${prefix}_KEY: 'k', ${prefix}_URL: url }),
    errors: [['a bad key', { status: 401, body: {} }, 'translation_key_refused']],
  },
`,
      },
      {
        path: `${base}/choose-provider.ts`,
        at: 'import {\n  translationCaller,',
        side: 'before',
        insert: `import { ${symbol} } from './${file}.ts';\n`,
      },
      {
        path: `${base}/choose-provider.ts`,
        at: '\n  apertium,\n};',
        side: 'before',
        insert: `\n  ${symbol},`,
      },
    ],
    next: [
      'its settings and title: libs/config/src/translation-settings.ts',
      `its call, its answer and its errors, from its own documentation: ${base}/${file}.ts`,
      `what its documentation says, as a service to be tested against: ${base}/providers.test.ts`,
    ],
  };
};
