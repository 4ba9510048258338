const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as HTML shows it. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);

const style = `<style>
:root { color-scheme: light dark; --ink: light-dark(#1c1f24, #e6e8eb); --soft: light-dark(#5b6470, #9aa4b0); --line: light-dark(#d9dde2, #353b43); --paper: light-dark(#fff, #14171b); --card: light-dark(#f5f7f9, #1d2126); --link: light-dark(#0b62c4, #7db8ff); }
body { font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 48rem; margin: 2rem auto 4rem; padding: 0 1.25rem; }
a { color: var(--link); }
code { font-family: ui-monospace, monospace; font-size: 0.92em; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.9rem 1.1rem; overflow-x: auto; line-height: 1.45; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; }
.lead { font-size: 1.15rem; margin: 0 0 1.5rem; }
dl { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem; display: grid; grid-template-columns: minmax(9rem, auto) 1fr; gap: 0.5rem 1.25rem; }
dt { color: var(--soft); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; }
nav { color: var(--soft); }
</style>`;

const places = [
  ['/documentation', 'API reference'],
  ['/documentation/guides', 'Guides'],
  ['/documentation/errors', 'Errors'],
  ['/documentation/runbooks', 'Runbooks'],
] as const;

const nav = `<nav>${places.map(([path, name]) => `<a href="${path}">${name}</a>`).join(' · ')}</nav>`;

/** Head and body of a page of the documentation. */
export const pageFrame = (main: string): string => `${style}</head><body>${nav}<main>${main}</main></body>`;
