import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobResource, Problem } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { apiKey, call, clip, dir, fileId, remux, url, type Answer } from './testbed.ts';

/** Names as attackers choose them, and as they are shown for a video. */
const names: readonly (readonly [given: string, shown: string])[] = [
  ['../../etc/passwd', 'passwd.mp4'],
  ['..\\..\\x.mp4', 'x.mp4'],
  ['/abs/x.mp4', 'x.mp4'],
  ['C:\\windows\\x.mp4', 'x.mp4'],
  ['-i.mp4', 'i.mp4'],
  ['nul\0inside.mp4', 'nulinside.mp4'],
  ['new\nline.mp4', 'newline.mp4'],
  ['new\r\nX-Header: 1.mp4', 'newX-Header_ 1.mp4'],
  ['a"b.mp4', 'a_b.mp4'],
  ['a;filename=b.mp4', 'a;filename=b.mp4'],
  ['$(id).mp4', '$(id).mp4'],
  ['`id`;id|id&&id.mp4', '`id`;id_id&&id.mp4'],
  ['CON.mp4', '_CON.mp4'],
  [`${'a'.repeat(251)}.mp4`, `${'a'.repeat(196)}.mp4`],
  [`${'a'.repeat(252)}.mp4`, `${'a'.repeat(196)}.mp4`],
  [`${'é'.repeat(200)}.mp4`, `${'é'.repeat(98)}.mp4`],
  ['\u202e4pm.mp4', '4pm.mp4'],
  ['é.mp4', 'é.mp4'],
  ['e\u0301.mp4', 'é.mp4'],
  ['<img src=x onerror=alert(1)>.mp4', '_img src=x onerror=alert(1)_.mp4'],
  ['out%03d.mp4', 'out%03d.mp4'],
  ['http:x.mp4', 'http_x.mp4'],
  ['x.mp4.html', 'x.mp4.html.mp4'],
  ['x.svg', 'x.svg.mp4'],
  ['.htaccess', 'htaccess.mp4'],
  ['映画 🎬.mp4', '映画 🎬.mp4'],
];

/** A form written by hand: a browser would escape what is to be tried. */
const uploadAs = async (name: string): Promise<Answer<Record<string, string>>> => {
  const boundary = 'x-boundary-x';
  const start = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name.replaceAll('"', '\\"')}"\r\ncontent-type: video/mp4\r\n\r\n`;
  const response = await fetch(`${url}/v1/files`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(start), readFileSync(clip), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, string>,
  };
};

const onDisk = (): string[] => readdirSync(join(dir, 'data'), { recursive: true, encoding: 'utf8' });

/** The headers under which a user's file leaves: one name in ASCII, one in UTF-8, and no right to run anything. */
const checkDownload = async (address: string, shown: string): Promise<void> => {
  const { headers, body } = await fetch(address);
  await body?.cancel();
  const disposition = headers.get('content-disposition') ?? '';
  const [, ascii, utf8 = ''] =
    /^(?:inline|attachment); filename="([\x20-\x7e]*)"; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)$/.exec(
      disposition,
    ) ?? [];
  expect(ascii, disposition).not.toMatch(/["\\%]/);
  expect(decodeURIComponent(utf8)).toBe(shown);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toMatch(/^sandbox;/);
  expect(headers.get('x-header')).toBeNull();
};

describe('a file name', () => {
  it.each(names)('of an upload: %j is shown as %j, and stored under neither', async (given, shown) => {
    const stored = await uploadAs(given);
    // A form that cannot be read is refused; none brings the platform down or into doubt.
    if (stored.status !== 201) {
      expect([stored.status, given]).toEqual([400, expect.stringMatching(/[\0\r\n]/)]);
      return;
    }
    const expected = /[\0\r\n]/.test(given) ? stored.body.name : shown;
    expect(stored.body.name).toBe(expected);
    expect(stored.body.name).not.toMatch(/\p{C}/u);
    await checkDownload(stored.body.download_url ?? '', stored.body.name ?? '');
    const stem = shown.replace(/\.mp4$/, '');
    expect(stem.length < 3 ? [] : onDisk().filter((path) => path.includes(stem))).toEqual([]);
  });

  it.each(names)('wished for an output: %j', async (given, shown) => {
    const answer = await call<JobResource & Pick<Problem, 'errors'>>(
      'POST',
      '/v1/transcode',
      remux({ output_format: 'mp4', output_name: given }),
      { prefer: 'wait=60' },
    );
    if (answer.status === 400) {
      expect(new Set(answer.body.errors?.map(({ pointer }) => pointer))).toEqual(new Set(['/output_name']));
      expect(given).toMatch(/[/\\\p{Cc}%]|^[.-]|.{201}/su);
      return;
    }
    expect(answer.body.status).toBe('completed');
    const [output] = answer.body.outputs;
    expect(output?.name).toBe(shown);
    await checkDownload(output?.download_url ?? '', shown);
  });

  it.each(names)('in metadata comes back as it was: %j', async (given) => {
    const body = { url: fileId, metadata: { name: given, [given.slice(0, 64)]: 1 } };
    const made = await call<JobResource>('POST', '/v1/probe', body, { prefer: 'wait=60' });
    expect(made.body).toMatchObject({ status: 'completed', metadata: body.metadata });
    expect((await call<JobResource>('GET', `/v1/jobs/${made.body.job_id}`)).body.metadata).toEqual(body.metadata);
  });
});
