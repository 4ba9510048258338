import { errorDocPath, errorRow, errors, type ErrorRow } from '@ffapi/contracts';
import { escaped, pageFrame } from './page-frame.ts';

const whose: Readonly<Record<ErrorRow['fault'], string>> = {
  input: 'the file',
  request: 'the request',
  system: 'the platform',
};

/** Head and body of the page that explains one code. */
export const errorPage = (code: string): string => {
  const { status, title, fault, retryable, hint } = errorRow(code);
  return pageFrame(`<h1><code>${escaped(code)}</code></h1><p class="lead">${escaped(title)}</p>
<dl><dt>What to do</dt><dd>${escaped(hint)}</dd><dt>Whose move it is</dt><dd>${whose[fault]}</dd><dt>Trying again</dt><dd>${retryable ? 'can help' : 'does not help by itself'}</dd><dt>HTTP status</dt><dd>${status}</dd></dl>`);
};

/** Head and body of the list of all codes. */
export const errorIndex = (): string => {
  const rows = Object.entries(errors as Readonly<Record<string, ErrorRow>>)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { title, status }]) =>
        `<tr><td><a href="${errorDocPath(code)}"><code>${code}</code></a></td><td>${status}</td><td>${escaped(title)}</td></tr>`,
    );
  return pageFrame(`<h1>Errors</h1><p class="lead">Every refusal and every failed job carries one of these codes.</p>
<table><thead><tr><th>Code</th><th>HTTP</th><th>Meaning</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`);
};
