import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { Client, type Answer, type Job } from '../faults/client.ts';
import { cutClip } from '../faults/clip.ts';
import { framesOf } from '../sse.ts';
import { adminKey } from './compose.ts';
import { containerOf, inspect } from './podman.ts';
import { run } from './run.ts';

const url = 'http://127.0.0.1:3000';
const client = new Client(url, adminKey);
const convert = { output_format: 'mp4', preset: 'fast' };
const isEnd = (type: string): boolean => /^Job(Completed|Failed|Cancelled)$/.test(type);

const accept = async (fileId: string, params: Readonly<Record<string, unknown>>): Promise<string> => {
  const body = { ...convert, ...params, input_url: fileId };
  const answer = await client.call<Job>('POST', '/v1/transcode', { body, headers: { prefer: 'respond-async' } });
  strictEqual(answer?.status, 202, JSON.stringify(answer?.body));
  return answer.body.job_id;
};

const uploadClip = async (path: string, seconds: number): Promise<string> => {
  await cutClip(path, seconds);
  const answer = await client.store(path, 'clip.mp4', null);
  strictEqual(answer?.status, 201, JSON.stringify(answer?.body));
  return answer.body.file_id;
};

/** Follows it instead of asking again and again, which the gateway's limits forbid. */
const ended = async (jobId: string): Promise<Job> => {
  for await (const { event } of framesOf(`${url}/v1/jobs/${jobId}/events`, adminKey)) if (isEnd(event)) break;
  return eventually(async () => {
    const job = await client.job(jobId);
    return job !== null && ['completed', 'failed', 'cancelled'].includes(job.status) ? job : undefined;
  });
};

interface Probed {
  readonly streams: readonly { readonly codec_name: string; readonly height?: number }[];
  readonly format: { readonly duration: string };
}

/** The output by its link, without the key, its digest compared; what ffprobe finds in it. */
const probeOutput = async ({ status, outputs }: Job, path: string): Promise<Probed> => {
  const [output] = outputs;
  strictEqual(status, 'completed');
  ok(output);
  const response = await fetch(output.download_url);
  strictEqual(response.status, 200);
  const bytes = new Uint8Array(await response.arrayBuffer());
  strictEqual(createHash('sha256').update(bytes).digest('hex'), output.sha256);
  writeFileSync(path, bytes);
  const entries = 'stream=codec_name,height:format=duration';
  return JSON.parse(await run(['ffprobe', '-v', 'error', '-of', 'json', '-show_entries', entries, path])) as Probed;
};

const checkFilm = ({ streams, format }: Probed, height: number, seconds: number): void => {
  deepStrictEqual(streams.map(({ codec_name: codec }) => codec).toSorted(), ['aac', 'h264']);
  strictEqual(streams.find(({ codec_name: codec }) => codec === 'h264')?.height, height);
  ok(Math.abs(Number(format.duration) - seconds) < 0.5, `${format.duration} s`);
};

/** A film is uploaded, converted and downloaded. */
export const convertFilm = async (dir: string): Promise<string> => {
  const seconds = 10;
  const fileId = await uploadClip(join(dir, 'clip.mp4'), seconds);
  const startMs = performance.now();
  const job = await ended(await accept(fileId, { resolution: '360p' }));
  const tookSeconds = (performance.now() - startMs) / 1000;
  checkFilm(await probeOutput(job, join(dir, 'film.mp4')), 360, seconds);
  return `${seconds} s at 360p in ${tookSeconds.toFixed(1)} s, H.264 and AAC as ordered`;
};

/** The first process of a container is killed in the middle of an encode, as a kernel without memory does it. */
export const surviveKill = async (dir: string): Promise<string> => {
  const seconds = 30;
  const jobId = await accept(await uploadClip(join(dir, 'long.mp4'), seconds), { resolution: '720p' });
  for await (const { event } of framesOf(`${url}/v1/jobs/${jobId}/events`, adminKey)) {
    ok(!isEnd(event) && !/completed|failed|cancelled/i.test(event), `${event} before the encode was under way`);
    if (event === 'progress') break;
  }
  const pid = await inspect('transcode', '{{.State.Pid}}');
  const startMs = performance.now();
  process.kill(Number(pid), 'SIGKILL');
  const secondsSince = (): string => ((performance.now() - startMs) / 1000).toFixed(1);
  await eventually(async () => {
    const [now, state, health] = (
      await inspect('transcode', '{{.State.Pid}} {{.State.Status}} {{.State.Health.Status}}')
    ).split(' ');
    return (now !== pid && now !== '0' && state === 'running' && health === 'healthy') || undefined;
  });
  const backSeconds = secondsSince();
  const job = await ended(jobId);
  const endSeconds = secondsSince();
  checkFilm(await probeOutput(job, join(dir, 'survivor.mp4')), 720, seconds);
  const history = await client.call<{ data: { type: string }[] }>('GET', `/v1/jobs/${jobId}/history`);
  const types = history?.body.data.map(({ type }) => type) ?? [];
  deepStrictEqual(types.filter(isEnd), ['JobCompleted']);
  const count = (wanted: string): number => types.filter((type) => type === wanted).length;
  strictEqual(count('TaskStarted'), count('TaskCompleted') + 1, `nothing was interrupted: ${types.join(', ')}`);
  return `${containerOf('transcode')} healthy again after ${backSeconds} s, its job ended once, after ${endSeconds} s`;
};

/** The scanner's container is asked, and what it finds is refused. */
export const refuseVirus = async (): Promise<string> => {
  const form = new FormData();
  // The test file of EICAR, in two halves, so that this file is not taken for it.
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  form.set('file', new Blob([eicar]), 'eicar.mp4');
  const answer: Answer<{ type?: string }> | null = await client.call('POST', '/v1/files', { body: form });
  strictEqual(answer?.status, 422);
  match(String(answer.body.type), /malware.found/);
  return `refused with ${answer.status}`;
};
