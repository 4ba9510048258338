import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { errorRow, isErrorCode } from '@ffapi/contracts';
import { RequestRefused } from './problem.ts';
import type { Answer, Call, Handlers } from './server.ts';

const generated = new URL('../../../../docs/reference/', import.meta.url);
const scalarBundle = createRequire(import.meta.url)
  .resolve('@scalar/api-reference')
  .replace(/dist\/.*$/, 'dist/browser/standalone.js');

/** Nothing comes from elsewhere; the reference styles itself inline and starts no script that is not ours. */
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const html = (body: string, title: string): Answer => ({
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': csp },
  body: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>${body}</html>\n`,
});

const referencePage = (): Answer =>
  html(
    '</head><body><div id="reference"></div><script src="/documentation/scalar.js"></script><script src="/documentation/start.js"></script></body>',
    'FFAPI reference',
  );

const startScript = `Scalar.createApiReference('#reference', {
  url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true, showDeveloperTools: 'never', agent: { disabled: true }, mcp: { disabled: true },
});
`;

const style =
  '<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}code{font-family:ui-monospace,monospace}dt{font-weight:600;margin-top:1rem}</style>';

const errorPage = (code: string): Answer => {
  if (!isErrorCode(code)) throw new RequestRefused('not_found');
  const { status, title, fault, retryable, hint } = errorRow(code);
  const whose = { input: 'the file', request: 'the request', system: 'the platform' }[fault];
  return html(
    `${style}</head><body><h1><code>${code}</code></h1><p>${title}</p><dl><dt>What to do</dt><dd>${hint}</dd><dt>Whose move it is</dt><dd>${whose}</dd><dt>Trying again</dt><dd>${retryable ? 'can help' : 'does not help by itself'}</dd><dt>HTTP status</dt><dd>${status}</dd></dl><p><a href="/documentation">The API reference</a></p></body>`,
    code,
  );
};

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
  const code = /^errors\/([a-z_]{1,64})$/.exec(path)?.[1];
  if (code !== undefined) return errorPage(code);
  throw new RequestRefused('not_found');
};

export const docHandlers = (): Handlers => ({
  openapi: () => fileAnswer(new URL('openapi.json', generated), 'application/json; charset=utf-8'),
  asyncapi: () => fileAnswer(new URL('asyncapi.json', generated), 'application/json; charset=utf-8'),
  documentation: async () => referencePage(),
  documentation_page: page,
});
