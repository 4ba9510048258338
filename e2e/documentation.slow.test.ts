import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type RunningPlatform } from './platform.ts';

const executablePath = '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser) process.stdout.write(`LANE SKIPPED browser (no ${executablePath})\n`);

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const apiKey = 'key_of_the_documentation_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-documentation-'));
let platform: RunningPlatform;
let browser: Browser;
let url: string;

beforeAll(async () => {
  if (!hasBrowser) return;
  platform = startPlatform(
    {
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      FFAPI_DATA_DIR: join(dir, 'data'),
      SERVICES: 'storage,job,webhook,gateway',
      MIN_FREE_SPACE_MB: '0',
      LOG_LEVEL: 'warn',
    },
    join(dir, 'platform.log'),
  );
  url = await platform.ready;
  browser = await chromium.launch({ executablePath, args });
});

afterAll(async () => {
  await browser?.close();
  await platform?.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

interface Seen {
  readonly page: Page;
  /** Requests to anyone but the platform; they are let through to nobody. */
  readonly foreign: readonly string[];
  /** What the page complained of. */
  readonly complaints: readonly string[];
}

const open = async (path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Seen> => {
  const page = await browser.newPage({ colorScheme });
  const foreign: string[] = [];
  const complaints: string[] = [];
  await page.route('**/*', (route) => {
    const asked = route.request().url();
    if (new URL(asked).origin === url || /^(data|blob):/.test(asked)) return route.continue();
    foreign.push(asked);
    return route.abort();
  });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(url + path);
  return { page, foreign, complaints };
};

const background = (page: Page): Promise<string> =>
  page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
const brightness = (colour: string): number =>
  (colour.match(/\d+(\.\d+)?/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;

describe.skipIf(!hasBrowser)('the documentation in a browser', () => {
  it('shows every tag, tries a call with the key that is typed in, and asks nobody else', async () => {
    const { page, foreign, complaints } = await open('/documentation#tag/jobs/GET/v1/jobs');
    for (const tag of ['media', 'jobs', 'files', 'webhooks', 'platform'])
      await page
        .getByRole('button', { name: new RegExp(tag) })
        .first()
        .waitFor();
    await page
      .getByRole('button', { name: /Test Request/ })
      .first()
      .click();
    const client = page.getByRole('dialog').first();
    await client.locator('input[type=text]').first().fill(apiKey);
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === '/v1/jobs');
    await client.getByRole('button', { name: /^Send/ }).last().click();
    const answer = await answered;
    expect(answer.request().headers()['x-api-key']).toBe(apiKey);
    expect(answer.status()).toBe(200);
    expect(new URL(answer.url()).search).toBe('');
    await client.getByText('200', { exact: false }).first().waitFor();
    expect(await page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(apiKey);
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it.each(['/documentation', '/documentation/errors', '/documentation/errors/url_refused'])(
    'follows the colours of the system: %s',
    async (path) => {
      const light = await open(path, 'light');
      const dark = await open(path, 'dark');
      for (const { page } of [light, dark]) await page.getByRole('heading', { level: 1 }).first().waitFor();
      expect(brightness(await background(light.page))).toBeGreaterThan(200);
      expect(brightness(await background(dark.page))).toBeLessThan(60);
      expect([...light.foreign, ...dark.foreign, ...light.complaints, ...dark.complaints]).toEqual([]);
    },
  );

  it('opens where a browser opens the platform', async () => {
    const { page } = await open('/');
    expect(new URL(page.url()).pathname).toBe('/documentation');
  });

  it.each(['guides', 'explanation', 'runbooks'])(
    'has the pages of %s, and no link that leads nowhere',
    async (shelf) => {
      const seen = new Set<string>();
      const look = async (path: string): Promise<void> => {
        if (seen.has(path)) return;
        seen.add(path);
        const { page, complaints } = await open(path);
        expect(await page.locator('h1').count(), path).toBeGreaterThan(0);
        expect(complaints, path).toEqual([]);
        const links = await page.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
        await page.close();
        const within = links
          .filter((href) => href.startsWith(`/documentation/${shelf}`))
          .map((href) => href.split('#')[0] ?? '');
        for (const href of within) await look(href);
        const elsewhere = [...new Set(links.filter((href) => href.startsWith('/') && !within.includes(href)))];
        const statuses = await Promise.all(elsewhere.map(async (href) => [href, (await fetch(url + href)).status]));
        expect(
          statuses.filter(([, status]) => status !== 200),
          path,
        ).toEqual([]);
      };
      await look(`/documentation/${shelf}`);
      expect(seen.size).toBeGreaterThan(3);
    },
  );

  it('sends its scripts compressed, once for good', async () => {
    const [script = ''] =
      /\/documentation\/scalar\.js\?v=[^"]+/.exec(await (await fetch(`${url}/documentation`)).text()) ?? [];
    const { page } = await open('/documentation');
    const sizes = await page.evaluate<number[]>(
      "performance.getEntriesByType('resource').map(({ encodedBodySize }) => encodedBodySize)",
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_500_000);
    const answer = await fetch(url + script, { headers: { 'accept-encoding': 'br' } });
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const etag = answer.headers.get('etag') ?? '';
    expect((await fetch(url + script, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('leads from the list of errors to the page of one', async () => {
    const { page } = await open('/documentation/errors');
    await page.getByRole('link', { name: 'job_not_found' }).click();
    await page.getByRole('heading', { name: 'job_not_found' }).waitFor();
    expect(await page.locator('body').innerText()).toContain('404');
  });
});
