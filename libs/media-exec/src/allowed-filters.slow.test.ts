import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { operations } from '@ffapi/contracts';
import { checkParams } from '@ffapi/raw-command';
import { beforeAll, describe, expect, it } from 'vitest';
import { real } from './fixtures/scratch.ts';

const execute = promisify(execFile);

const refusalOf = (filter: string): string | null => {
  const params = operations['ffmpeg.command'].params.parse({
    input_files: { in: 'file_aaaa' },
    output_files: { out: 'out.mp4' },
    ffmpeg_command: `-i {{in}} -vf '${filter}' -t 1 {{out}}`,
  });
  return checkParams('ffmpeg.command', params, { filtersMax: 10, needsLimit: false })[0]?.code ?? null;
};

/** Options that FFmpeg itself says are about files, sockets, code or devices. */
const reaching = /\b(file|filename|files|path|url|socket|plugin|library|model|device|command)\b/i;
/** What the words of the help call so and is none. */
const harmless: Readonly<Record<string, string>> = {
  'colorspace.iall': 'a set of colour settings',
};

interface Option {
  readonly filter: string;
  readonly name: string;
  readonly help: string;
}

const optionsOf = async (filter: string): Promise<Option[]> => {
  const { stdout } = await execute(real.ffmpeg, ['-v', 'quiet', '-h', `filter=${filter}`]);
  return [...stdout.matchAll(/^ {2,4}-?([\w-]+) +<(string|binary|dictionary)> +\S+ *(.*)$/gm)].map(
    ([, name = '', , help = '']) => ({ filter, name, help }),
  );
};

describe('what a filter of a hand-written command may open', () => {
  let filters: string[];
  let options: Option[];

  beforeAll(async () => {
    const { stdout } = await execute(real.ffmpeg, ['-v', 'quiet', '-filters']);
    filters = [...stdout.matchAll(/^ [A-Z.]{3} (\S+) +\S*->/gm)].map(([, name = '']) => name);
    const allowed = filters.filter((name) => refusalOf(name) === null);
    options = (await Promise.all(allowed.map(optionsOf))).flat();
  });

  it('is asked of FFmpeg itself', () => {
    expect(filters.length).toBeGreaterThan(300);
    expect(options.length).toBeGreaterThan(100);
    expect(refusalOf('movie')).toBe('forbidden_filter');
  });

  it('is nothing', () => {
    const suspects = options.filter(
      ({ filter, name, help }) => (reaching.test(name) || reaching.test(help)) && !harmless[`${filter}.${name}`],
    );
    const open = suspects.filter(({ filter, name }) => refusalOf(`${filter}=${name}=/x`) === null);
    expect(open).toEqual([]);
  });

  it('and the question finds what would be open', async () => {
    const found = [...(await optionsOf('lut3d')), ...(await optionsOf('curves')), ...(await optionsOf('metadata'))];
    const names = found.filter(({ name, help }) => reaching.test(name) || reaching.test(help)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['file', 'psfile']));
  });
});
