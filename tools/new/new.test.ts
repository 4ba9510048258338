import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../lint/repository.ts';
import { apply, WrongWords, type Recipe } from './change.ts';
import { newEvent } from './event.ts';
import { newOperation } from './operation.ts';
import { newProjection } from './projection.ts';
import { newProvider } from './provider.ts';
import { newRoute } from './route.ts';
import { newStorage } from './storage.ts';

const copy = mkdtempSync(join(tmpdir(), 'ffapi-new-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Words that nobody uses for their own: what is there already is not made again. */
const recipes: readonly (readonly [string, Recipe])[] = [
  ['an operation on a film', newOperation(['video.unseen'])],
  ['an operation on sound', newOperation(['audio.unheard'])],
  ['a capability with a route', newRoute(['unlisteds', 'list_unlisteds', 'GET', '/v1/unlisteds'])],
  ['a route of a capability', newRoute(['incident', 'count_unlisted_incidents', 'GET', '/admin/unlisted-incidents'])],
  ['a route of one thing', newRoute(['keys', 'count_unlisted', 'GET', '/admin/api-keys/{key}/unlisted'])],
  ['an event', newEvent(['preset', 'PresetUnheard'])],
  ['a projection', newProjection(['presets', 'unlisted-presets', 'preset'])],
  ['a projection beside another', newProjection(['files', 'unlisted-files', 'asset'])],
  ['a moderation provider', newProvider(['moderation', 'unseen'])],
  ['a translator', newProvider(['translation', 'unspoken'])],
  ['a storage back end', newStorage(['un-kept'])],
];

/** The files that a recipe edits, as they are. */
const copyOf = ({ changes }: Recipe): void => {
  for (const { path } of changes)
    if (existsSync(join(root, path))) cpSync(join(root, path), join(copy, path), { recursive: true });
};

describe('npm run new', () => {
  it.each(recipes)('finds the places that %s is entered at', (_, recipe) => {
    copyOf(recipe);
    const touched = apply(copy, recipe.changes);
    expect(touched.length).toBeGreaterThan(0);
    for (const change of recipe.changes) {
      const text = readFileSync(join(copy, change.path), 'utf8');
      expect(text).toContain('content' in change ? change.content : change.insert);
    }
    expect(recipe.next.length).toBeGreaterThan(1);
  });

  it('changes nothing when it cannot do all', () => {
    const [first] = newOperation(['audio.unheard-of']).changes;
    const changes = [first!, { path: 'nowhere.ts', at: 'x', side: 'after', insert: 'y' } as const];
    expect(() => apply(copy, changes)).toThrow(WrongWords);
    expect(existsSync(join(copy, first!.path))).toBe(false);
  });

  it('enters a route in the table of its capability, with the kind of its id', () => {
    const { changes, next } = newRoute(['keys', 'count_unlisted', 'GET', '/admin/api-keys/{key}/unlisted']);
    expect(changes.map(({ path }) => path)).toEqual(['contracts/src/api/routes/key-routes.ts']);
    expect(changes[0]).toHaveProperty('insert', expect.stringContaining('params: { key: pathParam.key }'));
    expect(next.join(' ')).toContain('services/gateway/src/keys/key.handlers.ts');
  });

  it.each([
    [['keys', 'list_api_keys', 'GET', '/v1/unlisted'], /list_api_keys GET \/admin\/api-keys/],
    [['keys', 'list_unlisted', 'GET', '/admin/api-keys'], /list_api_keys GET \/admin\/api-keys/],
    [['people', 'list_unlisted', 'GET', '/v1/unlisted'], /no table of routes of that name: name one of .*user/],
  ])('says what is there in place of a route of %s', (words, message) => {
    expect(() => newRoute(words)).toThrow(message);
  });

  it('begins an event with what all events of its aggregate say', () => {
    const [declared, sample] = newEvent(['asset', 'AssetUnheard']).changes;
    expect(declared).toHaveProperty(
      'insert',
      expect.stringContaining("{ fileId: idOf('file'), apiKeyId: z.string() }"),
    );
    expect(sample).toHaveProperty(
      'insert',
      expect.stringMatching(/"asset\.(file_\w+)".*"data":\{"fileId":"\1","apiKeyId":/),
    );
  });

  it.each([
    () => newOperation(['loudest']),
    () => newOperation(['audio.../../x']),
    () => newRoute(['things', 'id', 'FETCH', '/x']),
    () => newProvider(['weather', 'acme']),
    () => newEvent(['preset']),
  ])('says how it is asked', (ask) => {
    expect(ask).toThrow(/usage: npm run new/);
  });
});
