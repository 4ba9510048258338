import { randomBytes } from 'node:crypto';
import { mkdtempSync, openAsBlob, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, silence } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Job } from './faults/client.ts';
import { cutClip } from './faults/clip.ts';
import { NatsProcess } from './faults/nats-process.ts';
import { ServiceProcess, type Environment } from './faults/service-process.ts';
import { sharedSettings } from './shared-settings.ts';

const apiKey = 'key_of_files_in_a_cloud_0123456789';

/** A server of a cloud's protocol that runs, and what a platform is told of it. */
export interface Cloud {
  readonly settings: Environment;
  /** Never to be logged. */
  readonly secret: string;
  /** Where direct links lead. */
  readonly origin: string;
  lifetimeSecondsOf(link: URL): number;
  /** Of the blobs that lie there. */
  digests(): Promise<readonly string[]>;
  /** How many uploads lie there that nobody goes on with. */
  unfinishedCount(): Promise<number>;
  stop(): Promise<void>;
}

export interface CloudLane {
  /** Such as `a bucket`. */
  readonly place: string;
  readonly isHere: boolean;
  /** What the folder holds is there again after a new start. */
  start(dir: string, port: number): Promise<Cloud>;
  /** Settings with which the platform does not start, and what it says then. A secret in them is `wrong-and-secret`. */
  readonly refusals: readonly (readonly [what: string, env: Environment, message: RegExp])[];
}

/** Files of two platforms in a real protocol's store; each lane hands itself in. */
export const filesInCloudSuite = (lane: CloudLane): void => {
  describe.runIf(lane.isHere)(`files in ${lane.place}`, () => {
    const dir = mkdtempSync(join(tmpdir(), 'ffapi-cloud-'));
    const clip = join(dir, 'clip.mp4');
    let cloud: Cloud;
    let port: number;
    let nats: NatsProcess;
    let settings: Environment;
    let platforms: readonly ServiceProcess[] = [];
    let clients: readonly Client[];
    const startCloud = (): Promise<Cloud> => lane.start(join(dir, 'cloud'), port);
    const start = (name: string, env: Environment = {}): ServiceProcess =>
      new ServiceProcess({ ...settings, ...env, FFAPI_DATA_DIR: join(dir, name) }, join(dir, `${name}.log`));

    beforeAll(async () => {
      await cutClip(clip, 1);
      const [natsPort = 0, monitorPort = 0, cloudPort = 0] = await freePorts(3);
      port = cloudPort;
      cloud = await startCloud();
      nats = new NatsProcess(join(dir, 'nats'), natsPort, monitorPort);
      await nats.start();
      settings = {
        ...sharedSettings(nats, apiKey),
        JOB_RETRY_DELAY: '1',
        CLEANUP_INTERVAL_SECONDS: '1',
        CLEANUP_GRACE_SECONDS: '3',
        ...cloud.settings,
      };
      platforms = [start('one'), start('two')];
      clients = (await Promise.all(platforms.map(({ ready }) => ready))).map((url) => new Client(url, apiKey));
    });

    afterAll(async () => {
      await Promise.all(platforms.map((platform) => platform.end('SIGTERM')));
      await nats.end('SIGTERM');
      await cloud.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    it('are written and read by two processes that share nothing else', async () => {
      const [here, there] = clients as [Client, Client];
      const fileId = (await here.upload(clip, 'clip.mp4')) ?? '';
      const body = { input_url: fileId, output_format: 'mp4', resolution: '240p', preset: 'fast' };
      const answers = await Promise.all(
        [here, there, here, there].map((client) =>
          client.call<Job>('POST', '/v1/transcode', { body, headers: { prefer: 'wait=60' } }),
        ),
      );
      expect(answers.map((answer) => answer?.body.status)).toEqual(Array(4).fill('completed'));
      for (const [i, client] of [there, here, there, here].entries()) {
        const [output] = answers[i]?.body.outputs ?? [];
        const url = new URL(output?.download_url ?? '', await (client === here ? platforms[0] : platforms[1])?.ready);
        const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
        expect(whole.length).toBe(output?.size_bytes);
        const part = await fetch(url, { headers: { range: 'bytes=100-199' } });
        expect(part.status).toBe(206);
        expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 200));
      }
      expect((await cloud.digests()).length).toBeGreaterThanOrEqual(2);
      expect(await cloud.unfinishedCount()).toBe(0);
      for (const name of ['one', 'two']) expect(readdirSync(join(dir, name))).not.toContain('blobs');
    });

    it('are downloaded from there, and what the gateway must judge from the gateway', async () => {
      const [here] = clients as [Client];
      const sound = silence(3 << 20);
      const form = new FormData();
      form.set('file', new Blob([sound]), 'leise Töne.wav');
      const file = (await here.call<{ download_url: string; sha256: string }>('POST', '/v1/files', { body: form }))
        ?.body;
      const url = new URL(file?.download_url ?? '', await platforms[0]?.ready);
      const ask = (headers: Record<string, string> = {}, method = 'GET') =>
        fetch(url, { method, headers, redirect: 'manual' });

      const answer = await ask();
      expect(answer.status).toBe(302);
      expect((await answer.arrayBuffer()).byteLength).toBe(0);
      const lifetimeMs = Date.parse(answer.headers.get('x-link-expires-at') ?? '') - Date.now();
      expect(lifetimeMs).toBeGreaterThan(3_500_000);
      expect(lifetimeMs).toBeLessThanOrEqual(3_600_000);
      const link = new URL(answer.headers.get('location') ?? '');
      expect(link.origin).toBe(cloud.origin);
      expect(cloud.lifetimeSecondsOf(link)).toBeGreaterThan(3500);
      expect(cloud.lifetimeSecondsOf(link)).toBeLessThanOrEqual(3600);
      const whole = await fetch(link);
      expect(whole.headers.get('content-type')).toBe('audio/wav');
      expect(whole.headers.get('content-disposition')).toContain("filename*=UTF-8''leise%20T%C3%B6ne.wav");
      expect(Buffer.from(await whole.arrayBuffer()).equals(sound)).toBe(true);
      const part = await fetch(url, { headers: { range: 'bytes=100-199' } });
      expect([part.status, new URL(part.url).origin]).toEqual([206, link.origin]);
      expect(Buffer.from(await part.arrayBuffer()).equals(sound.subarray(100, 200))).toBe(true);

      const etag = `"${file?.sha256}"`;
      expect((await ask({}, 'HEAD')).headers.get('content-length')).toBe(String(sound.length));
      expect((await ask({ 'if-none-match': etag })).status).toBe(304);
      expect((await ask({ 'if-match': '"other"' })).status).toBe(412);
      const servedHere: Record<string, string>[] = [
        { 'if-match': etag },
        { origin: 'https://page.example' },
        { range: 'bytes=0-9', 'if-range': '"other"' },
      ];
      for (const headers of servedHere) {
        const served = await ask(headers);
        expect(served.status).toBe(200);
        expect(Buffer.from(await served.arrayBuffer()).equals(sound)).toBe(true);
      }
      expect((await ask({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(302);
    });

    it('are taken away when nothing names them, and those that are named stay', async () => {
      const [here, there] = clients as [Client, Client];
      const kept = randomBytes(1000).toString('hex');
      const gone = randomBytes(1000).toString('hex');
      const upload = async (client: Client, text: string): Promise<{ file_id: string; sha256: string }> => {
        const form = new FormData();
        form.set('file', new Blob([`1\n00:00:01,000 --> 00:00:02,000\n${text}\n`]), 'cues.srt');
        const answer = await client.call<{ file_id: string; sha256: string }>('POST', '/v1/files', { body: form });
        expect(answer?.status).toBe(201);
        return answer?.body ?? { file_id: '', sha256: '' };
      };
      const [first, second] = [await upload(here, kept), await upload(there, gone)];
      expect(await cloud.digests()).toEqual(expect.arrayContaining([first.sha256, second.sha256]));
      await here.call('DELETE', `/files/${second.file_id}`);
      await expect.poll(() => cloud.digests(), { timeout: 90_000, interval: 500 }).not.toContain(second.sha256);
      expect(await cloud.digests()).toContain(first.sha256);
      const unlimited = await here.call<{ components: { storage: object } }>('GET', '/health/detailed');
      expect(unlimited?.body.components.storage).toEqual({ status: 'up', free_space_gb: null });
    });

    it('are refused with a word while it is away, and taken when it is back', async () => {
      const [here] = clients as [Client];
      const storage = async (): Promise<object> =>
        (await here.call<{ components: { storage: object } }>('GET', '/health/detailed'))?.body.components.storage ??
        {};
      const fileId = await here.upload(clip, 'clip.mp4');
      await cloud.stop();
      const body = { input_url: fileId, output_format: 'mp4', resolution: '240p', preset: 'fast' };
      const job = await here.call<Job>('POST', '/v1/transcode', { body });
      expect(job?.status).toBe(202);
      expect(await storage()).toMatchObject({ status: 'down' });
      const form = new FormData();
      form.set('file', await openAsBlob(clip), 'clip.mp4');
      const refused = await here.call<{ code: string }>('POST', '/v1/files', { body: form });
      expect([refused?.status, refused?.body.code]).toEqual([503, 'unavailable']);
      expect(refused?.headers.get('retry-after')).not.toBeNull();
      cloud = await startCloud();
      expect(await storage()).toMatchObject({ status: 'up' });
      expect(await here.upload(clip, 'clip.mp4')).toBeTruthy();
      await expect.poll(async () => (await here.job(job?.body.job_id ?? ''))?.status).toBe('completed');
      expect(readFileSync(join(dir, 'one.log'), 'utf8')).not.toContain(cloud.secret);
    });

    it.each(lane.refusals)('stop the start with one line: %s', async (_what, env, message) => {
      const name = `refused-${Object.keys(env)[0]}`;
      expect(await start(name, env).exited).toBe(1);
      const said = readFileSync(join(dir, `${name}.log`), 'utf8');
      expect(said).toMatch(message);
      expect(said).not.toContain('wrong-and-secret');
    });
  });
};
