import { readdir, readFile } from 'node:fs/promises';
import { Marked } from 'marked';
import { escaped, pageFrame } from '../requests/index.ts';

/** The folders of docs whose pages are served, and where. */
const shelves = {
  guides: { folder: 'how-to', title: 'Guides', lead: 'How to do one thing after another.' },
  explanation: { folder: 'explanation', title: 'Explanations', lead: 'How it is meant, and what it can do.' },
  runbooks: {
    folder: 'how-to/runbooks',
    title: 'Runbooks',
    lead: 'What to look at and what to do when an alert fires.',
  },
} as const;

export type Shelf = keyof typeof shelves;
export const isShelf = (name: string): name is Shelf => Object.hasOwn(shelves, name);

const docs = new URL('../../../../docs/', import.meta.url);
const fileOf = (shelf: Shelf, name: string): URL => new URL(`${shelves[shelf].folder}/${name}.md`, docs);

/** Where a link from one Markdown file to another leads on this server; what is not served here is no link. */
const hrefFrom = (shelf: Shelf, href: string): string | null => {
  if (/^(https?:|#|\/)/.test(href)) return href;
  const { pathname, hash } = new URL(href, new URL(`${shelves[shelf].folder}/`, 'http://docs/'));
  if (pathname === '/reference/errors.md') return `/documentation/errors${hash}`;
  if (pathname.startsWith('/reference/')) return '/documentation';
  const [, folder = '', name = ''] = /^\/(.+)\/([\w-]+)\.md$/.exec(pathname) ?? [];
  const found = Object.entries(shelves).find(([, each]) => each.folder === folder);
  return found ? `/documentation/${found[0]}/${name}${hash}` : null;
};

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/<[^>]*>|[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');

const toHtml = (shelf: Shelf, markdown: string): string =>
  new Marked({
    async: false,
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${slugOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const to = hrefFrom(shelf, href);
        return to === null ? text : `<a href="${escaped(to)}">${text}</a>`;
      },
    },
  }).parse(markdown) as string;

const titleOf = (markdown: string): string => /^# (.+)$/m.exec(markdown)?.[1] ?? '';

export interface GuidePage {
  readonly title: string;
  readonly html: string;
}

/** A page of a shelf for people; rejects with ENOENT where there is none. */
export const guidePage = async (shelf: Shelf, name: string): Promise<GuidePage> => {
  const markdown = await readFile(fileOf(shelf, name), 'utf8');
  return { title: titleOf(markdown), html: pageFrame(toHtml(shelf, markdown)) };
};

/** What is on a shelf, by title. */
export const shelfPage = async (shelf: Shelf): Promise<GuidePage> => {
  const { folder, title, lead } = shelves[shelf];
  const names = (await readdir(new URL(`${folder}/`, docs)))
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length));
  const pages = await Promise.all(
    names.map(async (name) => ({ name, title: titleOf(await readFile(fileOf(shelf, name), 'utf8')) })),
  );
  const items = pages
    .toSorted((a, b) => a.title.localeCompare(b.title))
    .map(({ name, title: text }) => `<li><a href="/documentation/${shelf}/${name}">${escaped(text)}</a></li>`);
  return { title, html: pageFrame(`<h1>${title}</h1><p class="lead">${lead}</p><ul>${items.join('\n')}</ul>`) };
};
