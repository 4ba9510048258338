import { openAsBlob } from 'node:fs';
import createClient from 'openapi-fetch';
import type { paths } from './ffapi.js';

const [baseUrl = '', key = '', path = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { 'X-API-Key': key } });

const form = new FormData();
form.set('file', await openAsBlob(path), 'clip.mp4');
const uploaded = await client.POST('/v1/files', { body: { file: '' }, bodySerializer: () => form });
if (uploaded.error) throw new Error(uploaded.error.code);

const submitted = await client.POST('/v1/transcode', {
  body: { input_url: uploaded.data.file_id, output_format: 'mkv', video_codec: 'copy' },
  params: { header: { Prefer: 'wait=60' } },
});
if (submitted.error) throw new Error(submitted.error.code);
const id: string | null = submitted.data.job_id;
if (id === null) throw new Error('a plan was not asked for');

const job = await client.GET('/v1/jobs/{id}', { params: { path: { id } } });
if (job.error) throw new Error(job.error.code);
console.log(job.data.status, job.data.outputs[0]?.name);
