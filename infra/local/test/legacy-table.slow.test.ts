import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { routes, type JobResource, type Problem } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask } from './legacy-client.ts';
import { commandRows } from './legacy-commands.ts';
import { compositionRows } from './legacy-compositions.ts';
import { probeRows, recordRows } from './legacy-records.ts';
import type { Ask, FieldRow, Material } from './legacy-row.ts';
import { call, clip, dir, fileId, originUrl, upload } from './testbed.ts';

const rows = [...compositionRows, ...commandRows, ...probeRows, ...recordRows];
const named = rows.map((row) => [`${row.method} ${row.path}`, row] as const);
let material: Material;

beforeAll(async () => {
  const picturePath = join(dir, 'picture.png');
  const tonePath = join(dir, 'tone.wav');
  const junkPath = join(dir, 'junk.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=64x48', '-frames:v', '1', picturePath]);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=d=1', tonePath]);
  writeFileSync(junkPath, 'no film at all\n'.repeat(100));
  const store = async (path: string): Promise<string> =>
    String((await upload(path.slice(dir.length + 1), readFileSync(path))).body.file_id);
  const tempo = await call<{ job_id: string }>('POST', '/v1/audio/tempo', { input_url: fileId });
  const endless = { video_url: `${originUrl}/endless.mp4` };
  const { body } = await call<{ job_id: string }>('POST', '/compose/from-urls/async', endless);
  material = {
    film: fileId,
    filmUrl: `${originUrl}/clip.mp4`,
    filmPath: clip,
    picturePath,
    tonePath,
    tone: await store(tonePath),
    junk: await store(junkPath),
    junkPath,
    tempoJob: tempo.body.job_id,
    endlessJob: body.job_id,
  };
});

/** The value with another one at a place; `undefined` takes it away. */
const withAt = (whole: unknown, [step, ...rest]: readonly string[], value: unknown): unknown => {
  if (step === undefined) return value;
  const copy = structuredClone(whole ?? {}) as Record<string, unknown>;
  copy[step] = withAt(copy[step], rest, value);
  return copy;
};
const withField = (given: Ask, { in: place, at }: FieldRow, value: unknown): Ask => ({
  ...given,
  [place]: withAt(given[place], at.split('.'), value),
});
const valueAt = (whole: unknown, at: string): unknown =>
  at.split('.').reduce((value, step) => (value as Record<string, unknown> | undefined)?.[step], whole);

it('has a row for each of these routes, and a route for each row', () => {
  const served = routes.filter(({ tag, legacyStatuses }) => tag === 'legacy' || legacyStatuses !== undefined);
  const name = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
  expect(rows.map(name).toSorted()).toEqual(served.map(name).toSorted());
  for (const row of rows) {
    const route = served.find((each) => name(each) === name(row));
    if (route?.tag !== 'legacy') continue;
    const described = row.fields.filter(({ in: place }) => place === 'query').map(({ at }) => at);
    expect([row.path, described]).toEqual([row.path, expect.arrayContaining(Object.keys(route.query?.shape ?? {}))]);
  }
});

describe.each(named)('%s', (_name, row) => {
  it('takes every value inside of the limits', async () => {
    const { status, body } = await ask(row, row.idle(material));
    expect([status, (body as Problem).code]).toEqual(row.idleAnswer);
    for (const field of row.fields) {
      for (const value of field.accepted ?? []) {
        const answer = await ask(row, withField(row.idle(material), field, value));
        const code = (answer.body as Problem).code;
        expect([answer.status, code], `${field.at} ${JSON.stringify(value)}`).toEqual(row.idleAnswer);
      }
    }
  });

  it('refuses every value outside of them, and points at the field', async () => {
    for (const field of row.fields) {
      const [status, code] = field.refusal ?? [422, 'invalid_request'];
      for (const value of field.refused ?? []) {
        const answer = await ask(row, withField(row.idle(material), field, value));
        const problem = answer.body as Problem & { readonly error: string };
        const what = `${field.at} ${JSON.stringify(value)} ${JSON.stringify(problem)}`;
        expect([answer.status, problem.code, problem.error], what).toEqual([status, code, code]);
        expect(problem.errors?.[0]?.pointer, what).toMatch(pointerOf(field, code));
      }
    }
  });

  it('has the standard values for what is left out', async () => {
    const standards = row.fields.filter(({ standard }) => standard !== undefined);
    expect(standards.length > 0).toBe(row.least !== undefined);
    if (!row.least) return;
    const { body } = await ask(row, row.least(material));
    const { params } = (await call<JobResource>('GET', `/v1/jobs/${(body as { job_id: string }).job_id}`)).body;
    for (const { at, standard } of standards) expect([at, valueAt(params, at)]).toEqual([at, standard]);
  });

  it('answers with every field of old', async () => {
    const { query, ...given } = row.works(material);
    const takesJson = row.headers !== undefined;
    const json = await ask(row, { ...given, query: { ...query, ...(takesJson ? { as_json: true } : {}) } });
    expect(json.body).toEqual(row.answer);
    if (!takesJson) return;
    const plain = await ask(row, row.works(material));
    expect([plain.status, plain.size > 1000]).toEqual([200, true]);
    expect(Object.fromEntries(plain.headers)).toMatchObject(row.headers ?? {});
  });

  it.each(row.errors)('$status $word %#', async ({ word, status, ask: asked, told }) => {
    const answer = await ask(row, asked(material));
    const problem = answer.body as Problem & { readonly error: string };
    expect([answer.status, problem.code, problem.error], JSON.stringify(problem)).toEqual([status, word, word]);
    expect(problem).toMatchObject(told ?? {});
  });
});

it('calls back for the job that is not waited for only', async () => {
  const asked = { video_url: fileId, width: 64, height: 48, fps: 10, webhook_url: `${originUrl}/hook` };
  const hookOf = async (job: string): Promise<unknown> =>
    (await call<JobResource>('GET', `/v1/jobs/${job}`)).body.webhook_url;
  const sync = await ask({ method: 'POST', path: '/compose/from-urls' }, { body: asked });
  expect(await hookOf(sync.headers.get('x-job-id') ?? '')).toBeNull();
  const twin = await ask({ method: 'POST', path: '/compose/from-urls/async' }, { body: asked });
  expect(await hookOf((twin.body as { job_id: string }).job_id)).toBe(`${originUrl}/hook`);
});

/** A list or a command is refused as a whole where one of its words is. */
const pointerOf = ({ in: place, at }: FieldRow, code: string): RegExp => {
  if (code === 'invalid_command') return /^\/(task|ffmpeg_command)$/;
  return new RegExp(`^${place === 'query' ? '/query' : ''}/${at.replaceAll('.', '/')}(/|$)`);
};
