import { errorDocPath, errorRow, errors, type ErrorRow } from '@ffapi/contracts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);

const whose: Readonly<Record<ErrorRow['fault'], string>> = {
  input: 'the file',
  request: 'the request',
  system: 'the platform',
};

const style = `<style>
:root { color-scheme: light dark; --ink: light-dark(#1c1f24, #e6e8eb); --soft: light-dark(#5b6470, #9aa4b0); --line: light-dark(#d9dde2, #353b43); --paper: light-dark(#fff, #14171b); --card: light-dark(#f5f7f9, #1d2126); --link: light-dark(#0b62c4, #7db8ff); }
body { font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46rem; margin: 3rem auto; padding: 0 1.25rem; }
a { color: var(--link); }
code { font-family: ui-monospace, monospace; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; overflow-wrap: anywhere; }
.lead { font-size: 1.15rem; margin: 0 0 1.5rem; }
dl { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem; display: grid; grid-template-columns: minmax(9rem, auto) 1fr; gap: 0.5rem 1.25rem; }
dt { color: var(--soft); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; }
nav { color: var(--soft); }
</style>`;

const nav = '<nav><a href="/documentation">API reference</a> · <a href="/documentation/errors">All errors</a></nav>';

/** Head and body of the page that explains one code. */
export const errorPage = (code: string): string => {
  const { status, title, fault, retryable, hint } = errorRow(code);
  return `${style}</head><body>${nav}<h1><code>${escaped(code)}</code></h1><p class="lead">${escaped(title)}</p>
<dl><dt>What to do</dt><dd>${escaped(hint)}</dd><dt>Whose move it is</dt><dd>${whose[fault]}</dd><dt>Trying again</dt><dd>${retryable ? 'can help' : 'does not help by itself'}</dd><dt>HTTP status</dt><dd>${status}</dd></dl></body>`;
};

/** Head and body of the list of all codes. */
export const errorIndex = (): string => {
  const rows = Object.entries(errors as Readonly<Record<string, ErrorRow>>)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { title, status }]) =>
        `<tr><td><a href="${errorDocPath(code)}"><code>${code}</code></a></td><td>${status}</td><td>${escaped(title)}</td></tr>`,
    );
  return `${style}</head><body><nav><a href="/documentation">API reference</a></nav><h1>Errors</h1><p class="lead">Every refusal and every failed job carries one of these codes.</p>
<table><thead><tr><th>Code</th><th>HTTP</th><th>Meaning</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></body>`;
};
