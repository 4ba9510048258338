import type { SharedFile } from '@ffapi/contracts';
import { escaped } from '../requests/index.ts';

/** Whose page it is; absent parts are left out. */
export interface Brand {
  readonly name?: string | undefined;
  readonly logoUrl?: string | undefined;
  /** As CSS takes it, such as #0b62c4. */
  readonly color?: string | undefined;
}

export interface PageNote {
  readonly text: string;
  readonly isError?: true;
}

const style = (color: string): string => `<style>
:root { color-scheme: light dark; --ink: light-dark(#1c1f24, #e6e8eb); --soft: light-dark(#5b6470, #9aa4b0); --line: light-dark(#d9dde2, #353b43); --paper: light-dark(#f5f7f9, #14171b); --card: light-dark(#fff, #1d2126); --accent: ${color}; }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; padding: 1.25rem; }
header { width: 100%; max-width: 44rem; display: flex; align-items: center; gap: 0.6rem; padding: 0.5rem 0 1.25rem; font-weight: 600; }
header img { height: 2rem; max-width: 12rem; }
main { width: 100%; max-width: 44rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 0.25rem; overflow-wrap: anywhere; }
.facts { color: var(--soft); margin: 0 0 1.25rem; overflow-wrap: anywhere; }
.preview { display: block; width: 100%; max-height: 65vh; object-fit: contain; background: #000; border-radius: 8px; margin: 0 0 1.25rem; }
audio.preview { background: none; height: 3.4rem; }
.button { display: inline-block; font: inherit; font-weight: 600; color: #fff; background: var(--accent); border: 0; border-radius: 8px; padding: 0.7rem 1.3rem; text-decoration: none; cursor: pointer; }
.button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
label { display: block; font-weight: 600; margin: 0 0 0.35rem; }
input { font: inherit; width: 100%; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 0.65rem 0.8rem; margin: 0 0 1rem; }
.error { color: light-dark(#b3261e, #ff8a80); margin: 0 0 1rem; }
.note { color: var(--soft); font-size: 0.92rem; margin: 1rem 0 0; }
@media (max-width: 30rem) { main { padding: 1.1rem; } .button { display: block; text-align: center; width: 100%; } }
</style>`;

const defaultColor = '#0b62c4';

const frame = (title: string, main: string, { name, logoUrl, color = defaultColor }: Brand): string => {
  const logo = logoUrl === undefined ? '' : `<img src="${escaped(logoUrl)}" alt="">`;
  const brand = logo === '' && name === undefined ? '' : `<header>${logo}${escaped(name ?? '')}</header>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><link rel="icon" href="/documentation/icon.svg"><title>${escaped(title)}</title>${style(color)}</head><body>${brand}<main>${main}</main></body></html>
`;
};

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size as people read it, in powers of ten. */
export const sizeText = (bytes: number): string => {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toPrecision(3)} ${units[power]}`;
};

/** A length as players show it. */
export const lengthText = (seconds: number): string => {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

const factsText = ({ name, title, size_bytes, media }: SharedFile): string =>
  [
    title === null ? null : name,
    size_bytes === null ? null : sizeText(size_bytes),
    media?.duration_seconds ? lengthText(media.duration_seconds) : null,
    media?.width && media.height ? `${media.width} × ${media.height}` : null,
  ]
    .filter((text) => text !== null)
    .join(' · ');

const preview = ({
  content_type: type,
  file_url: url,
  thumbnail_url: still,
  downloads_left: left,
  title,
  name,
}: SharedFile): string => {
  const alt = escaped(title ?? name ?? '');
  const picture = still === null ? '' : `<img class="preview" src="${escaped(still)}" alt="${alt}">`;
  // What is played or shown whole is a download, and those are counted.
  if (url === null || left !== null) return picture;
  const shown = escaped(`${url}${url.includes('?') ? '&' : '?'}inline=true`);
  const poster = still === null ? '' : ` poster="${escaped(still)}"`;
  if (type?.startsWith('video/'))
    return `<video class="preview" controls playsinline preload="metadata"${poster} src="${shown}"></video>`;
  if (type?.startsWith('audio/')) return `<audio class="preview" controls preload="metadata" src="${shown}"></audio>`;
  if (/^image\/(jpeg|png|webp|gif|avif)$/.test(type ?? '')) return `<img class="preview" src="${shown}" alt="${alt}">`;
  return picture;
};

const ends = ({ expires_at, downloads_left }: SharedFile): string => {
  const parts = [
    expires_at === null
      ? null
      : `until <time datetime="${expires_at}">${expires_at.slice(0, 16).replace('T', ' ')} UTC</time>`,
    downloads_left === null ? null : `${downloads_left} ${downloads_left === 1 ? 'download' : 'downloads'} left`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? '' : `<p class="note">Available ${parts.join(', ')}.</p>`;
};

const passwordForm = (
  { share_id, title }: SharedFile,
  note: PageNote | null,
): string => `<h1>${escaped(title ?? 'A shared file')}</h1>
<p class="facts">This link is protected by a password.</p>
${note ? `<p class="error" role="alert">${escaped(note.text)}</p>` : ''}
<form method="post" action="/s/${share_id}"><label for="password">Password</label><input id="password" name="password" type="password" required autofocus autocomplete="off" maxlength="256"><button class="button">Open</button></form>`;

/** The page of a share, whole; it needs no script. */
export const sharePage = (shared: SharedFile, brand: Brand, note: PageNote | null = null): string => {
  const title = shared.title ?? shared.name ?? 'A shared file';
  if (shared.needs_password) return frame(title, passwordForm(shared, note), brand);
  return frame(
    title,
    `<h1>${escaped(title)}</h1>
<p class="facts">${escaped(factsText(shared))}</p>
${preview(shared)}
<a class="button" href="${escaped(shared.file_url ?? '')}" download>Download</a>
${ends(shared)}`,
    brand,
  );
};

/** The page of a link that leads nowhere, for whatever reason. */
export const goneSharePage = (brand: Brand): string =>
  frame(
    'This link leads nowhere',
    `<h1>This link leads nowhere</h1><p class="facts">It has expired, was used up or taken back, or its file is gone. Ask whoever sent it for a new one.</p>`,
    brand,
  );
