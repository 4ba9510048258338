import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isErrorCode } from '@ffapi/contracts';
import { errorIndex, errorPage } from './error-pages.ts';
import { RequestRefused } from './problem.ts';
import type { Answer, Call, Handlers } from './server.ts';

const generated = new URL('../../../../docs/reference/', import.meta.url);
const runbooks = new URL('../../../../docs/how-to/runbooks/', import.meta.url);
const scalarBundle = createRequire(import.meta.url)
  .resolve('@scalar/api-reference')
  .replace(/dist\/.*$/, 'dist/browser/standalone.js');

/** Nothing comes from elsewhere; the reference styles itself inline and starts no script that is not ours. */
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const html = (body: string, title: string): Answer => ({
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': csp },
  body: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="/documentation/icon.svg"><title>${title}</title>${body}</html>\n`,
});

const referencePage = (): Answer =>
  html(
    '</head><body><div id="reference"></div><script src="/documentation/scalar.js"></script><script src="/documentation/start.js"></script></body>',
    'FFAPI reference',
  );

// Nothing is fetched from elsewhere, and a key that is typed in stays in this page.
const startScript = `Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  servers: [{ url: window.location.origin, description: 'This platform' }],
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
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

const fileAnswer = async (path: string | URL, contentType: string): Promise<Answer> => {
  try {
    return {
      headers: { 'content-type': contentType, 'cache-control': 'public, max-age=300' },
      body: await readFile(path),
    };
  } catch {
    throw new RequestRefused('not_found');
  }
};

const page = async (call: Call): Promise<Answer> => {
  const path = call.params.path ?? '';
  if (path === 'scalar.js') return fileAnswer(scalarBundle, 'text/javascript; charset=utf-8');
  if (path === 'start.js') return { headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: startScript };
  if (path === 'icon.svg') return { headers: { 'content-type': 'image/svg+xml' }, body: icon };
  if (path === 'errors') return html(errorIndex(), 'FFAPI errors');
  const code = /^errors\/([a-z_]{1,64})$/.exec(path)?.[1];
  if (code !== undefined && isErrorCode(code)) return html(errorPage(code), code);
  const runbook = /^runbooks\/([a-z_-]{1,64})$/.exec(path)?.[1];
  if (runbook !== undefined) return fileAnswer(new URL(`${runbook}.md`, runbooks), 'text/plain; charset=utf-8');
  throw new RequestRefused('not_found');
};

export const docHandlers = (): Handlers => ({
  openapi: () => fileAnswer(new URL('openapi.json', generated), 'application/json; charset=utf-8'),
  asyncapi: () => fileAnswer(new URL('asyncapi.json', generated), 'application/json; charset=utf-8'),
  documentation: async () => referencePage(),
  documentation_page: page,
});
