import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText, repositoryFiles, sourceFiles } from './repository.ts';

const serviceFolders = ['domain', 'consumers', 'policies', 'projections', 'http', 'live'];
const bannedNames = /^(utils?|helpers?|common|manager|base|misc)\b|[.-](utils?|helpers?|common|manager|misc)\./i;
const linesMax = 300;
/** One file on purpose: a judge that can be read as a whole and imports nothing of what it judges. */
const longOnPurpose = ['e2e/faults/checker.ts'];

describe('the house', () => {
  it('has the same folders in every service', () => {
    const places = repositoryFiles
      .filter((path) => path.startsWith('services/'))
      .map((path) => path.split('/').slice(2));
    const services = new Set(repositoryFiles.flatMap((path) => /^services\/([^/]+)\//.exec(path)?.[1] ?? []));
    expect(services.size).toBeGreaterThan(4);
    const foreign = places.filter(
      ([top, folder, ...rest]) => top === 'src' && rest.length > 0 && !serviceFolders.includes(folder ?? ''),
    );
    expect(foreign.map((parts) => parts.join('/'))).toEqual([]);
    for (const service of services) {
      const own = repositoryFiles.filter((path) => path.startsWith(`services/${service}/src/`));
      expect(own, service).toContain(`services/${service}/src/index.ts`);
      expect(own, service).toContain(`services/${service}/src/${service}.service.ts`);
    }
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
