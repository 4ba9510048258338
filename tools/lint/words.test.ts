import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errors } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { readText, repositoryFiles, root, sourceFiles } from './repository.ts';

const pages = repositoryFiles.filter((path) => path.endsWith('.md'));
const headingId = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const brokenLinks = (page: string): string[] => {
  const text = readText(page);
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|<img[^>]+src="([^"]+)"/g)].map(
    ([, link, image]) => link ?? image ?? '',
  );
  return links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    if (!anchor || !target.endsWith('.md')) return false;
    return ![...readText(target).matchAll(/^#+ (.+)$/gm)].some(([, heading]) => headingId(heading ?? '') === anchor);
  });
};

describe('what is written', () => {
  it('links to what exists', () => {
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.flatMap((page) => brokenLinks(page).map((link) => `${page}: ${link}`))).toEqual([]);
  });

  it('names pages that exist, in what other programs are given', () => {
    const named = repositoryFiles
      .filter((path) => /\.ya?ml$/.test(path))
      .flatMap((path) => readText(path).match(/\bdocs\/[\w/-]+\.md\b/g) ?? []);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((page) => !existsSync(join(root, page)))).toEqual([]);
  });

  it('documents every error that the sources name', () => {
    const named = sourceFiles
      .filter((path) => !path.endsWith('.test.ts') && /^(libs|services)\//.test(path))
      .flatMap((path) =>
        [...readText(path).matchAll(/\b(?:new RequestRefused|refuse|failureOf)\(\s*'([a-z_]+)'/g)].map(
          ([, code]) => code ?? '',
        ),
      );
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((code) => !Object.hasOwn(errors, code))).toEqual([]);
  });

  it('names no package registry: each machine has its own', () => {
    const hosts = /registry\.(npmjs|yarnpkg)\.|npm\.pkg\.github|jfrog|artifactory|pkgs\.dev\.azure|verdaccio/i;
    const checked = repositoryFiles.filter(
      (path) => /\.(ts|mjs|cjs|json|md|ya?ml)$|\.npmrc$/.test(path) && !path.startsWith('tools/lint/'),
    );
    const lines = (path: string): string[] =>
      readText(path)
        .split('\n')
        .filter((line) => hosts.test(line));
    expect(
      checked.flatMap((path) =>
        lines(path)
          .slice(0, 2)
          .map((line) => `${path}: ${line.trim()}`),
      ),
    ).toEqual([]);
  });

  it('names a host for no package in the lockfile', () => {
    const { packages } = JSON.parse(readText('package-lock.json')) as {
      packages: Record<string, { resolved?: string; link?: boolean }>;
    };
    const resolved = Object.values(packages).filter(({ resolved: url, link }) => url !== undefined && link !== true);
    expect(resolved.map(({ resolved: url }) => url).filter((url) => /^https?:/.test(url ?? ''))).toEqual([]);
  });
});
