import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText, repositoryFiles, sourceFiles } from './repository.ts';
import { pureRoles, shellRoles } from './roles.ts';

/** Folders are capabilities; these are kinds of code. */
const layers = ['domain', 'consumers', 'policies', 'projections', 'http', 'live', 'handlers'];
const fileName = new RegExp(
  `^[a-z0-9-]+(\\.(${[...shellRoles, ...pureRoles].join('|')}))?(\\.((int|fuzz)\\.)?test|\\.double)?\\.ts$`,
);
const largestShare = 0.15;
const bannedNames = /^(utils?|helpers?|common|manager|base|misc)\b|[.-](utils?|helpers?|common|manager|misc)\./i;
const linesMax = 300;
/** One file on purpose: a judge that can be read as a whole and imports nothing of what it judges. */
const longOnPurpose = ['e2e/faults/checker.ts'];

describe('the codebase', () => {
  it('has a folder for each capability of a service, and a role for each file that touches the world', () => {
    const services = new Set(repositoryFiles.flatMap((path) => /^services\/([^/]+)\//.exec(path)?.[1] ?? []));
    expect(services.size).toBeGreaterThan(4);
    for (const service of services) {
      const own = repositoryFiles
        .filter((path) => path.startsWith(`services/${service}/src/`))
        .map((path) => path.split('/').slice(3));
      const inRoot = own.filter(({ length }) => length === 1).map(([name]) => name);
      expect(inRoot, service).toContain('index.ts');
      expect(inRoot, service).toContain(`${service}.service.ts`);
      expect(
        inRoot.filter((name) => name !== 'index.ts' && !/\.(service|leader)\.ts$/.test(name ?? '')),
        service,
      ).toEqual([]);
      const inFolders = own.filter(({ length }) => length > 1);
      expect(inFolders.filter(([folder, , ...deeper]) => layers.includes(folder ?? '') || deeper.length > 0)).toEqual(
        [],
      );
      expect(inFolders.filter(([, name]) => !fileName.test(name ?? '')).map((parts) => parts.join('/'))).toEqual([]);
      const folders = new Set(inFolders.map(([folder]) => folder));
      expect([...folders].filter((folder) => !inFolders.some((p) => p.join('/') === `${folder}/index.ts`))).toEqual([]);
    }
  });

  it('says the same roles to each linter', () => {
    expect(readText('.dependency-cruiser.cjs')).toContain(`(${shellRoles.join('|')})`);
    expect(readText('.oxlintrc.json')).toContain(`{${shellRoles.join(',')}}`);
  });

  it('lets no capability of the gateway outgrow the others', () => {
    const lines = Map.groupBy(
      sourceFiles.filter((path) => /^services\/gateway\/src\/[^/]+\//.test(path)),
      (path) => path.split('/')[3] ?? '',
    );
    const counts = [...lines].map(([folder, paths]) => ({
      folder,
      lines: paths.reduce((sum, path) => sum + readText(path).split('\n').length, 0),
    }));
    const whole = counts.reduce((sum, each) => sum + each.lines, 0);
    expect(counts.filter((each) => each.lines > whole * largestShare)).toEqual([]);
  });

  it('calls no file by a name that says nothing', () => {
    expect(sourceFiles.filter((path) => bannedNames.test(basename(path)))).toEqual([]);
    expect(['utils.ts', 'string-helpers.ts', 'base.ts'].every((name) => bannedNames.test(name))).toBe(true);
  });

  it('keeps files short', () => {
    const long = sourceFiles.filter((path) => readText(path).split('\n').length > linesMax + 1);
    expect(long).toEqual(longOnPurpose);
  });

  it('keeps no copies and no logs', () => {
    expect(repositoryFiles.filter((path) => /\.(bak|orig|rej|log|tmp)$|~$/.test(path))).toEqual([]);
  });

  it('leaves nothing for later in its sources', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b/;
    const own = sourceFiles.filter((path) => !path.startsWith('tools/lint/'));
    expect(own.filter((path) => marks.test(readText(path)))).toEqual([]);
  });
});
