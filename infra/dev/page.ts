import type { IncomingHttpHeaders } from 'node:http';

/** A call that was answered, for who looks. */
export interface Seen {
  readonly at: string;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The first of its bytes. */
  readonly text: string;
  readonly status: number;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');

const indented = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const row = ({ at, service, method, path, headers, text, status }: Seen): string => {
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return `<details><summary><time>${escaped(at.slice(11, 19))}</time> <b>${escaped(service)}</b> ${escaped(method)} ${escaped(path)} <i>${status}</i></summary>
<pre>${escaped(shown.join('\n'))}\n\n${escaped(indented(text))}</pre></details>`;
};

/** The calls as a page, the latest first; it has no script, and a form that forgets them. */
export const pageOf = (calls: readonly Seen[]): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Outside</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
summary { cursor: pointer; padding: .3rem 0; overflow-wrap: anywhere }
time, i { opacity: .7; font-style: normal; font-variant-numeric: tabular-nums }
pre { overflow-x: auto; padding: .7rem; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); border-radius: 6px }
</style>
<h1>Outside</h1>
<p>What the platform has called here in place of the services outside, the latest first. <a href="/">Look again</a> · <a href="/calls">JSON</a></p>
<form method="post" action="/forget"><button${calls.length === 0 ? ' disabled' : ''}>Forget ${calls.length} calls</button></form>
${calls.length === 0 ? '<p>No call yet.</p>' : calls.toReversed().map(row).join('\n')}
</html>
`;
