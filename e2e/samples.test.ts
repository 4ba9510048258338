import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutClip } from './faults/clip.ts';
import { root } from './faults/service-process.ts';
import { startPlatform, type RunningPlatform } from './platform.ts';

const run = promisify(execFile);
const apiKey = 'key_of_the_samples_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-samples-'));
const logFile = join(dir, 'platform.log');
const clip = join(dir, 'clip.mp4');

interface Operation {
  readonly operationId: string;
  readonly 'x-codeSamples': readonly { readonly label: string; readonly source: string }[];
}
const document = JSON.parse(readFileSync(join(root, 'docs/reference/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = new Map(
  Object.values(document.paths).flatMap((item) => Object.values(item).map((each) => [each.operationId, each] as const)),
);

const programs: Readonly<Record<string, readonly [string, string]>> = {
  cURL: ['sh', 'sample.sh'],
  JavaScript: [process.execPath, 'sample.mjs'],
  Python: ['python3', 'sample.py'],
};
const languages = Object.keys(programs);

let platform: RunningPlatform;
let url: string;
let fileId: string;
let jobId: string;

/** Runs a sample as it is printed, with only the host, the key and the ids replaced; gives what it wrote to standard output. */
const runSample = async (operationId: string, language: string): Promise<string> => {
  const sample = operations.get(operationId)?.['x-codeSamples'].find(({ label }) => label === language);
  const [program, file] = programs[language] ?? ['', ''];
  const text = (sample?.source ?? '')
    .replaceAll('http://127.0.0.1:3000', url)
    .replaceAll('YOUR_API_KEY', apiKey)
    .replaceAll(/\bfile_01k9vjz6f8\w+/g, fileId)
    .replaceAll(/\bjob_01k9vjz6f8\w+/g, jobId);
  writeFileSync(join(dir, file), text);
  const { stdout } = await run(program, [file], { cwd: dir });
  return stdout;
};

const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
  const response = await fetch(url + path, {
    method,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', prefer: 'wait=50' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
};

const upload = async (): Promise<string> => {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(clip)]), 'clip.mp4');
  const response = await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': apiKey }, body: form });
  return ((await response.json()) as { file_id: string }).file_id;
};

beforeAll(async () => {
  // Long enough that its conversion is still running when the next command cancels it.
  await cutClip(clip, 30);
  platform = startPlatform(
    {
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      FFAPI_DATA_DIR: join(dir, 'data'),
      MIN_FREE_SPACE_MB: '0',
      LOG_LEVEL: 'warn',
    },
    logFile,
  );
  url = await platform.ready;
  fileId = await upload();
  const probed = await call('POST', '/v1/probe', { url: fileId });
  jobId = probed.job_id as string;
});

afterAll(async () => {
  await platform.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

describe.each(languages)('the %s samples', (language) => {
  it('read lists and single resources', async () => {
    for (const id of ['list_jobs', 'list_files', 'list_operations', 'list_presets', 'job_history', 'list_webhooks'])
      expect(await runSample(id, language), id).toContain('data');
    expect(await runSample('get_job', language)).toContain(jobId);
    expect(await runSample('get_file', language)).toContain(fileId);
    expect(await runSample('health', language)).toContain('healthy');
    expect(await runSample('follow_job', language)).toContain('JobCompleted');
  });

  it('upload and delete a file', async () => {
    const said = await runSample('upload_file', language);
    const uploaded = /file_(?!id)\w+/.exec(said)?.[0] ?? '';
    const kept = fileId;
    fileId = uploaded;
    await runSample('delete_file', language);
    expect(await call('GET', `/v1/files/${uploaded}`)).toMatchObject({ code: 'file_not_found' });
    fileId = kept;
  });

  it('submit a transcode and cancel a job', async () => {
    const said = await runSample('submit_transcode', language);
    const submitted = /job_(?!id)[0-9a-z]+/.exec(said)?.[0] ?? '';
    const before = jobId;
    jobId = submitted;
    expect(await runSample('cancel_job', language)).toContain('cancelled');
    expect(await call('GET', `/v1/jobs/${submitted}`)).toMatchObject({ status: 'cancelled' });
    jobId = before;
  });
});
