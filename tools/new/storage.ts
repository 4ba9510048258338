import type { Recipe } from './change.ts';
import { handedOn } from './setting-places.ts';
import { kebab, pascal, shout, wordsOf } from './words.ts';

/** A package with a back end that keeps bytes in memory: a beginning that passes the suite, to be written anew. */
export const newStorage = (given: readonly string[]): Recipe => {
  const { name } = wordsOf(given, ['name'], 'storage NAME, such as swift');
  const [key, type, setting] = [kebab(name), pascal(name), `${shout(name)}_CONTAINER`];
  const property = key.includes('-') ? `'${key}'` : key;
  const base = `libs/blob-${key}`;
  return {
    changes: [
      {
        path: `${base}/package.json`,
        content: `${JSON.stringify(
          {
            name: `@ffapi/blob-${key}`,
            version: '0.1.0',
            private: true,
            description: `The blob port on ${name}.`,
            license: 'Apache-2.0',
            type: 'module',
            exports: { '.': './src/index.ts' },
            dependencies: { '@ffapi/blob': '*' },
          },
          null,
          2,
        )}\n`,
      },
      { path: `${base}/src/index.ts`, content: "export * from './open-backend.ts';\n" },
      {
        path: `${base}/src/open-backend.ts`,
        content: `import { createMemoryBlobStore, type OpenBackend } from '@ffapi/blob';

interface ${type}Settings {
  readonly ${setting}?: string | undefined;
}

/** STORAGE_BACKEND=${key}. */
export const openBackend: OpenBackend<${type}Settings> = async () => ({
  blobs: createMemoryBlobStore(),
  close: () => {},
});
`,
      },
      {
        path: `${base}/src/open-backend.int.test.ts`,
        content: `import { createMemoryBlobStore } from '@ffapi/blob';
import { blobStoreSuite } from '@ffapi/blob/suite';
import { openBackend } from './open-backend.ts';

blobStoreSuite('${key}', async () => {
  const { blobs, close } = await openBackend({}, '');
  // In its place comes the same back end without room for one byte.
  const fullStore = createMemoryBlobStore({ capacityBytes: 0 });
  return { store: blobs, fullStore, givesLinks: false, isLocal: false, close: async () => close() };
});
`,
      },
      {
        path: 'libs/config/src/storage-settings.ts',
        at: '} as const satisfies Record<string, StorageBackend>;',
        side: 'before',
        insert: `  ${property}: {
    title: '${key}, a container of ${name}',
    needs: ['${setting}'],
    settings: { ${setting}: setting('stores', text.optional(), 'The container; it must be there.') },
  },
`,
      },
      {
        path: 'libs/service-kit/src/open-blob-store.ts',
        at: "  s3: async () => (await import('@ffapi/blob-s3')).openBackend,\n",
        side: 'after',
        insert: `  ${property}: async () => (await import('@ffapi/blob-${key}')).openBackend,\n`,
      },
      {
        path: 'libs/service-kit/package.json',
        at: '    "@ffapi/blob-s3": "*",\n',
        side: 'before',
        insert: `    "@ffapi/blob-${key}": "*",\n`,
      },
      ...handedOn(
        { plain: setting },
        { deployment: 'storage', secret: 'S3_SECRET_KEY', plain: 'S3_STORAGE_CLASS', last: 'S3_STORAGE_CLASS' },
      ),
    ],
    next: [
      'npm install --package-lock-only, so that the package is known by its name; the next command of npm run installs it',
      `its settings and title: libs/config/src/storage-settings.ts`,
      `the store itself, on the vendor's client, until the suite passes: ${base}/src/open-backend.ts; where ${setting} means nothing, take it out of the places above`,
      `an emulator or a faithful server for ${base}/src/open-backend.int.test.ts, and what it connects with in tools/lint/outbound-calls.test.ts`,
      'how it is run, and what was tried with which server: a page beside docs/how-to/keep-files-in-s3.md',
    ],
  };
};
