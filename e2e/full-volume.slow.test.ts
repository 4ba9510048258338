import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { Client, type Job } from './faults/client.ts';
import { cutClip } from './faults/clip.ts';
import { isApart, startPlatform, type RunningPlatform } from './platform.ts';

const apiKey = 'key_on_a_full_volume_0123456789';
const mebibyte = 1024 * 1024;
const keptFreeMb = 64;
const dir = mkdtempSync(join(tmpdir(), 'ffapi-full-'));
const data = join(dir, 'data');
/** A small volume is root's to mount, and one for everything is what a process of its own has. */
const canStage = process.getuid?.() === 0 && !isApart;

type Ended = Job & { readonly error: { readonly code: string; readonly fault: string } | null };

/** Noise, which nothing makes smaller. */
const noise = (fileId: string, seconds: number) => ({
  input_files: { film: fileId },
  output_files: { noise: 'noise.mkv' },
  ffmpeg_command: `ffmpeg -i {{film}} -vf "scale=1280:720,loop=loop=-1:size=25,noise=alls=100:allf=t" -t ${seconds} -c:v ffv1 -an {{noise}}`,
});

describe.runIf(canStage)('one volume for everything', () => {
  let platform: RunningPlatform;
  let client: Client;
  let fileId: string;

  beforeAll(async () => {
    mkdirSync(data);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', data]);
    const clip = join(dir, 'clip.mp4');
    await cutClip(clip, 1);
    const env = {
      PORT: '0',
      FFAPI_DATA_DIR: data,
      ADMIN_API_KEY: apiKey,
      MIN_FREE_SPACE_MB: String(keptFreeMb),
      JOB_MAX_RETRIES: '1',
      JOB_RETRY_DELAY: '1',
      LOG_LEVEL: 'warn',
    };
    platform = startPlatform(env, join(dir, 'platform.log'));
    client = new Client(await platform.ready, apiKey);
    fileId = (await client.upload(clip, 'clip.mp4')) ?? '';
  });
  afterAll(async () => {
    await platform.end('SIGTERM');
    execFileSync('umount', ['-l', data]);
    rmSync(dir, { recursive: true });
  });

  const freeMb = (): number => {
    const { bavail, bsize } = statfsSync(data);
    return (bavail * bsize) / mebibyte;
  };
  const submit = async (body: object, by = client): Promise<string> => {
    const ask = { body, headers: { prefer: 'respond-async' } };
    const answer = await by.call<Job>('POST', '/v1/run-ffmpeg-command', ask);
    expect(answer).toMatchObject({ status: 202 });
    return answer?.body.job_id ?? '';
  };
  const jobWith = (jobId: string, is: (job: Job) => boolean): Promise<Ended> =>
    eventually(async () => {
      const job = await client.job(jobId);
      return job !== null && is(job) ? (job as Ended) : undefined;
    });
  const hasEnded = ({ status }: Job): boolean => ['completed', 'failed', 'cancelled'].includes(status);
  const endsOf = async (jobId: string): Promise<number> => {
    const history = await client.call<{ data: { type: string }[] }>('GET', `/v1/jobs/${jobId}/history`);
    return history?.body.data.filter(({ type }) => /^Job(Completed|Failed|Cancelled)$/.test(type)).length ?? 0;
  };

  it(
    'an encode that would fill it fails as disk_full, and others are served meanwhile',
    { timeout: 120_000 },
    async () => {
      const jobId = await submit(noise(fileId, 600));
      let lowestMb = Infinity;
      const job = await eventually(async () => {
        lowestMb = Math.min(lowestMb, freeMb());
        expect((await client.call('GET', '/v1/jobs?limit=1'))?.status).toBe(200);
        const found = await client.job(jobId);
        return found !== null && hasEnded(found) ? (found as Ended) : undefined;
      });
      expect(job).toMatchObject({ status: 'failed', error: { code: 'disk_full', fault: 'system' } });
      expect(lowestMb).toBeGreaterThan(keptFreeMb / 2);
      expect(await endsOf(jobId)).toBe(1);
      await expect.poll(freeMb).toBeGreaterThan(280);
    },
  );

  it('an encode of a key with a small quota ends at that quota', async () => {
    const made = await client.call<{ id: string; api_key: string }>('POST', '/admin/api-keys', {
      body: { name: 'small', role: 'developer' },
    });
    const { id, api_key: key } = made!.body;
    const quota = { max_storage_mb: 8 };
    expect((await client.call('PUT', `/admin/api-keys/${id}/quota`, { body: quota }))?.status).toBe(200);
    const small = new Client(await platform.ready, key);
    const own = await eventually(async () => (await small.upload(join(dir, 'clip.mp4'), 'own.mp4')) ?? undefined);
    const jobId = await submit(noise(own, 600), small);
    let lowestMb = Infinity;
    const job = await jobWith(jobId, (found) => {
      lowestMb = Math.min(lowestMb, freeMb());
      return hasEnded(found);
    });
    expect(job).toMatchObject({ status: 'failed', attempts: 1, error: { code: 'quota_storage', fault: 'request' } });
    expect(lowestMb).toBeGreaterThan(200);
  });

  it(
    'filled by somebody else while a job runs, it lets the job end when there is room',
    { timeout: 120_000 },
    async () => {
      const jobId = await submit(noise(fileId, 3));
      await jobWith(jobId, ({ status }) => status === 'running');
      const filler = join(data, 'filler');
      execFileSync('sh', ['-c', `dd if=/dev/zero of=${filler} bs=64k status=none || true`], { stdio: 'ignore' });
      await eventually(async () => {
        const answer = await client.call('POST', '/v1/probe', { body: { url: fileId } });
        return answer === null || answer.status >= 500 ? true : undefined;
      });
      rmSync(filler);
      const job = await jobWith(jobId, hasEnded);
      expect([job.status, job.error?.code ?? null]).toSatisfy(
        ([status, code]: (string | null)[]) => status === 'completed' || code === 'disk_full',
      );
      expect(await endsOf(jobId)).toBe(1);
      const next = await eventually(async () => {
        const answer = await client.call<Job>('POST', '/v1/probe', { body: { url: fileId } });
        return answer?.status === 202 ? answer.body.job_id : undefined;
      });
      expect(await jobWith(next, hasEnded)).toMatchObject({ status: 'completed' });
    },
  );
});
