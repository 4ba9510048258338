import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { apply, type Change } from '../../tools/new/change.ts';
import { root } from '../faults/service-process.ts';

const inRoot = (path: string): string => join(root, path);

/** The third-party packages of this checkout, beside packages of its own. */
const linkPackages = (checkout: string): void => {
  const modules = join(checkout, 'node_modules');
  mkdirSync(join(modules, '@ffapi'), { recursive: true });
  for (const name of readdirSync(inRoot('node_modules')))
    if (name !== '@ffapi' && !name.startsWith('.')) symlinkSync(inRoot(`node_modules/${name}`), join(modules, name));
  symlinkSync(inRoot('node_modules/.bin'), join(modules, '.bin'));
  for (const name of readdirSync(inRoot('node_modules/@ffapi'))) {
    const packageDir = join(root, 'node_modules/@ffapi', readlinkSync(inRoot(`node_modules/@ffapi/${name}`)));
    symlinkSync(join(checkout, relative(root, packageDir)), join(modules, '@ffapi', name));
    const nested = join(packageDir, 'node_modules');
    if (existsSync(nested)) symlinkSync(nested, join(checkout, relative(root, nested)));
  }
};

/** Files can be tagged: an event on a stream that there was before, and a request that says so. */
const tagging: readonly Change[] = [
  {
    path: 'contracts/src/events/asset.ts',
    at: /kind: 'asset',[^]*?\n {2}events: \{\n/,
    side: 'after',
    insert: `    AssetTagged: { 1: z.strictObject({ fileId: idOf('file'), apiKeyId: z.string(), tag: z.string() }) },\n`,
  },
  {
    path: 'contracts/src/commands/requests.ts',
    at: "  'asset.use': {",
    side: 'before',
    insert: "  'asset.tag': { ask: z.object({ ...ofFile, tag: z.string() }), answer: z.object({ position }) },\n",
  },
  {
    path: 'services/storage/src/assets/asset.decider.ts',
    at: 'const evolve = evolveBy<AssetEvent, AssetState>({\n',
    side: 'after',
    insert: '  AssetTagged: (state) => state,\n',
  },
  {
    path: 'services/storage/src/assets/answer-requests.consumer.ts',
    at: "    'asset.reserve': async",
    side: 'before',
    insert: `    'asset.tag': async ({ fileId, actor, tag }) => {
      const { apiKeyId } = (await ownAsset(fileId, actor)).stored;
      const { head } = await context.store.load(assetStream(fileId));
      const events = [{ type: 'AssetTagged', version: 1, data: { fileId, apiKeyId, tag } }];
      return context.store.append(assetStream(fileId), head, {
        id: context.newId('cmd'),
        occurredAt: context.now(),
        correlationId: fileId,
        causationId: actor.keyId,
        events,
      });
    },
`,
  },
  {
    path: 'services/gateway/src/audit/audited-events.ts',
    at: '  AssetStored: null,\n',
    side: 'after',
    insert: '  AssetTagged: null,\n',
  },
];

/** Another checkout of the platform, as a later release may be: it knows an event and a request that this one does not. */
export const makeNewerCheckout = (checkout: string): void => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const path of listed
    .toString()
    .split('\n')
    .filter((each) => /^(contracts|libs|services|infra|docs)\/|^package\.json$/.test(each))) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    cpSync(inRoot(path), join(checkout, path));
  }
  linkPackages(checkout);
  apply(checkout, tagging);
};
