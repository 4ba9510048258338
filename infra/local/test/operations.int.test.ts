import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobResource, nestedInputs, operations, withValueAt } from '@ffapi/contracts';
import type { InputKind, JobResource, Operation, OperationId } from '@ffapi/contracts';
import { beforeAll, expect, it } from 'vitest';
import { call, dir, fileId, upload } from './testbed.ts';

const picture = join(dir, 'still.png');
const cues = join(dir, 'cues.srt');
const titled = join(dir, 'titled.mkv');
const files: Partial<Record<InputKind | 'titled', string>> = {};

beforeAll(async () => {
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x48', '-frames:v', '1', picture]);
  writeFileSync(
    cues,
    '1\n00:00:00,200 --> 00:00:00,900\nHello\n\n2\n00:00:01,000 --> 00:00:01,900\nthe house is big\n',
  );
  const tracks = ['-map', '0', '-map', '1', '-map', '1', '-c:v', 'libx264', '-c:s', 'srt'];
  const languages = ['-metadata:s:s:0', 'language=eng', '-metadata:s:s:1', 'language=ger'];
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:d=2', '-i', cues];
  execFileSync('ffmpeg', ['-v', 'error', ...source, ...tracks, ...languages, titled]);
  const store = async (path: string): Promise<string> =>
    String((await upload(path.split('/').at(-1) ?? '', readFileSync(path))).body.file_id);
  files.image = await store(picture);
  files.subtitle = await store(cues);
  files.titled = await store(titled);
});

const fileOf = (kind: InputKind): string => files[kind] ?? fileId;

/** The first example of an operation on stored files; of a translation the last, which asks nobody else. */
const bodyOf = (operation: Operation): Record<string, unknown> => {
  const { examples, pools } = operation;
  let params = (pools.cpu === 'remote' ? examples.at(-1) : examples[0])?.params ?? {};
  for (const { place, kind } of nestedInputs(operation, params)) params = withValueAt(params, place, fileOf(kind));
  const inputs = Object.values(operation.inputs).flatMap(({ fields, kind, isOptional }) =>
    isOptional ? [] : [[fields[0], operation.id === 'subtitles.extract' ? files.titled : fileOf(kind)]],
  );
  return { ...Object.fromEntries(inputs), ...params };
};

it.each(Object.keys(operations) as OperationId[])('%s goes from a request to its files', async (id) => {
  const operation = operations[id] as Operation;
  const { status, body } = await call<JobResource>('POST', operation.path, bodyOf(operation), { prefer: 'wait=60' });
  expect(status, JSON.stringify(body)).toBe(200);
  const job = jobResource.loose().parse(body);
  expect(job.status, JSON.stringify(job.error)).toBe('completed');
  // As it was sent: what was parsed has the members of the first result that fits.
  expect(operation.result.parse(body.result)).toEqual(body.result);
  for (const { size_bytes, download_url } of job.outputs) {
    expect(size_bytes).toBeGreaterThan(0);
    expect((await fetch(download_url)).status).toBe(200);
  }
});

it.each((Object.keys(operations) as OperationId[]).filter((id) => operations[id].pools.cpu !== 'remote'))(
  '%s shows its plan and runs nothing',
  async (id) => {
    const operation = operations[id] as Operation;
    const { status, body } = await call('POST', `${operation.path}?dry_run=true`, bodyOf(operation));
    expect([status, Array.isArray(body.steps)], JSON.stringify(body).slice(0, 300)).toEqual([200, true]);
  },
);
