import { createRequire } from 'node:module';
import { isErrorCode } from '@ffapi/contracts';
import {
  errorIndex,
  errorPage,
  RequestRefused,
  type AnswerFor,
  type Call,
  type CallOf,
  type HandlersFor,
  type Slice,
} from '../requests/index.ts';
import { guidePage, isShelf, shelfPage, type GuidePage } from './guide-pages.http.ts';
import { encodingFor, servedFile } from './served-file.http.ts';

const generated = new URL('../../../../docs/reference/', import.meta.url);
const scalarBundle = createRequire(import.meta.url)
  .resolve('@scalar/api-reference')
  .replace(/dist\/.*$/, 'dist/browser/standalone.js');

type Page = AnswerFor<'documentation'>;

/** Nothing comes from elsewhere; the reference styles itself inline and starts no script that is not ours. */
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const html = (body: string, title: string): Page => ({
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': csp },
  body: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="/documentation/icon.svg"><title>${title}</title>${body}</html>\n`,
});

/** The bundle's address changes with its content, so that browsers keep it for good. */
const referencePage = async (): Promise<Page> => {
  const version = encodeURIComponent((await servedFile(scalarBundle)).etag.slice(1, -1));
  const scripts = [`/documentation/scalar.js?v=${version}`, '/documentation/start.js'];
  const tags = scripts.map((src) => `<script src="${src}"></script>`).join('');
  return html(`</head><body><div id="reference"></div>${tags}</body>`, 'FFAPI reference');
};

// Nothing is fetched from elsewhere, and a key that is typed in stays in this page: another script could read a stored one.
const startScript = `Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  servers: [{ url: window.location.origin, description: 'This platform' }],
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  orderSchemaPropertiesBy: 'preserve',
  hiddenClients: true,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  authentication: { preferredSecurityScheme: 'apiKey' },
});
`;

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b62c4"/><path d="M11 8v16l13-8z" fill="#fff"/></svg>';

const orNotFound = async <T>(found: Promise<T>): Promise<T> => {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new RequestRefused('not_found');
    throw error;
  }
};

const fileAnswer = async (call: Call, path: string | URL, contentType: string) => {
  const { etag, encoded } = await orNotFound(servedFile(path));
  const isForGood = 'v' in (call.request.query as object);
  const headers = {
    'content-type': contentType,
    'cache-control': isForGood ? 'public, max-age=31536000, immutable' : 'public, no-cache',
    etag,
    vary: 'accept-encoding',
  };
  if (call.header('if-none-match') === etag) return { status: 304, headers } as const;
  const encoding = encodingFor(call.header('accept-encoding'));
  return {
    headers: encoding === 'identity' ? headers : { ...headers, 'content-encoding': encoding },
    body: encoded[encoding],
  };
};

const guideAnswer = async (found: Promise<GuidePage>): Promise<Page> => {
  const { html: body, title } = await orNotFound(found);
  return html(body, title);
};

const page = async (call: CallOf<'documentation_page'>): Promise<Page> => {
  const { path } = call.params;
  if (path === 'scalar.js') return fileAnswer(call, scalarBundle, 'text/javascript; charset=utf-8');
  if (path === 'start.js') return { headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: startScript };
  if (path === 'icon.svg') return { headers: { 'content-type': 'image/svg+xml' }, body: icon };
  if (path === 'errors') return html(errorIndex(), 'FFAPI errors');
  const code = /^errors\/([a-z_]{1,64})$/.exec(path)?.[1];
  if (code !== undefined && isErrorCode(code)) return html(errorPage(code), code);
  const [, shelf = '', name] = /^([a-z]+)(?:\/([\w-]{1,64}))?$/.exec(path) ?? [];
  if (isShelf(shelf)) return guideAnswer(name === undefined ? shelfPage(shelf) : guidePage(shelf, name));
  throw new RequestRefused('not_found');
};

/** Where to go on from, for programs; people are led to the reference. */
const home = async (call: Call): Promise<AnswerFor<'home'>> => {
  if (/\btext\/html\b/.test(call.header('accept') ?? ''))
    return { status: 303, headers: { location: '/documentation' } };
  return {
    headers: { vary: 'accept' },
    body: {
      name: 'FFAPI',
      documentation_url: '/documentation',
      openapi_url: '/openapi.json',
      openapi_legacy_url: '/openapi-legacy.json',
      asyncapi_url: '/asyncapi.json',
      health_url: '/health',
      operations_url: '/v1/operations',
    },
  };
};

export type DocRoute = 'home' | 'openapi' | 'openapi_legacy' | 'asyncapi' | 'documentation' | 'documentation_page';

export const openPages = (): Slice<HandlersFor<DocRoute>> => ({
  handlers: {
    home,
    openapi: (call) => fileAnswer(call, new URL('openapi.json', generated), 'application/json; charset=utf-8'),
    openapi_legacy: (call) =>
      fileAnswer(call, new URL('openapi-legacy.json', generated), 'application/json; charset=utf-8'),
    asyncapi: (call) => fileAnswer(call, new URL('asyncapi.json', generated), 'application/json; charset=utf-8'),
    documentation: referencePage,
    documentation_page: page,
  },
});
