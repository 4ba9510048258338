import { readdir } from 'node:fs/promises';
import { languageCode, shortLanguage } from '@ffapi/contracts';
import type { RunTextTool } from '@ffapi/media-exec';
import { OutboundFailure } from '@ffapi/outbound';
import type { Languages, TranslationProvider, OpenTranslator } from './provider.ts';

const usualModesDir = '/usr/share/apertium/modes';

/** The names a pair may have: packages use codes of three letters, older ones of two. */
const namesOf = ({ from, to }: Languages): string[] => [
  `${languageCode(from)}-${languageCode(to)}`,
  `${shortLanguage(from)}-${shortLanguage(to)}`,
];

const modeOf = async (languages: Languages, modesDir: string): Promise<string> => {
  const modes = await readdir(modesDir).catch(() => null);
  if (modes === null)
    throw new OutboundFailure(
      'translation_not_configured',
      'install apertium, on Debian with a pair such as apertium-eng-spa',
    );
  const names = namesOf(languages);
  const found = names.find((name) => modes.includes(`${name}.mode`));
  if (found !== undefined) return found;
  const pairs = modes.filter((mode) => mode.endsWith('.mode')).map((mode) => mode.slice(0, -'.mode'.length));
  throw new OutboundFailure(
    'translation_language_refused',
    `apertium knows ${pairs.join(', ')} here; install apertium-${names[0] ?? ''} or its reverse`,
  );
};

/** Every text under its number: what comes back is found again, whatever happened to the lines between. */
const pageOf = (texts: readonly string[]): string => texts.map((text, n) => `<p id="${n}">${text}</p>\n`).join('');

const textsIn = (page: string, count: number): string[] => {
  const found = new Map(
    [...page.matchAll(/<p id="(\d+)">([^]*?)<\/p>/g)].map(([, n, text]) => [Number(n), text ?? '']),
  );
  return Array.from({ length: count }, (_, n) => {
    const text = found.get(n);
    if (text === undefined) throw new OutboundFailure('translation_failed', 'a text was lost');
    return text.trim();
  });
};

/** Apertium on this machine: rules instead of a network, crude, and nothing leaves it. */
export const apertiumOnThisMachine = (options: {
  runTextTool: RunTextTool;
  modesDir?: string;
}): TranslationProvider & { readonly name: 'apertium' } => ({
  name: 'apertium',
  limits: { textsMax: 2_000, charactersMax: 500_000 },
  translate: async (texts, languages, signal) => {
    const mode = await modeOf(languages, options.modesDir ?? usualModesDir);
    const run = await options.runTextTool({
      tool: 'apertium',
      argv: ['-u', '-f', 'html-noent', mode],
      text: pageOf(texts),
      signal,
    });
    signal.throwIfAborted();
    if (!run.ok) throw new OutboundFailure('translation_failed', 'apertium ended with an error');
    return textsIn(run.stdout, texts.length);
  },
});

export const apertium: OpenTranslator<'apertium'> = (_settings, { runTextTool }) =>
  apertiumOnThisMachine({ runTextTool });
