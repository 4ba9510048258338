import { readFileSync } from 'node:fs';

/**
 * Fills a platform that is developed on with something to look at, over REST: keys, a subscription, a preset, files, and
 * jobs of several kinds, one of which fails. What is there already is left as it is.
 */
const {
  FFAPI_URL = 'http://127.0.0.1:3000',
  OUTSIDE_URL = 'http://127.0.0.1:4100',
  ADMIN_API_KEY = '',
  FILM = '',
} = process.env;

interface Listed<T> {
  readonly data: readonly T[];
}

const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const isForm = body instanceof FormData;
  const response = await fetch(FFAPI_URL + path, {
    method,
    headers: { 'x-api-key': ADMIN_API_KEY, ...(isForm ? {} : { 'content-type': 'application/json' }) },
    body: isForm ? body : body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
};

const say = (what: string, state: string): void => void process.stdout.write(`${state.padEnd(9)}  ${what}\n`);

/** Does it unless a list has it already, and gives what is there then. */
const once = async <T>(what: string, existing: T | undefined, make: () => Promise<T>): Promise<T> => {
  const found = existing ?? (await make());
  say(what, existing === undefined ? 'made' : 'was there');
  return found;
};

const seedKeys = async (): Promise<void> => {
  const { data } = await call<Listed<{ name: string }>>('GET', '/admin/api-keys?limit=200');
  for (const role of ['developer', 'viewer'])
    await once(
      `key seed-${role}`,
      data.find(({ name }) => name === `seed-${role}`),
      () => call('POST', '/admin/api-keys', { name: `seed-${role}`, role }),
    );
};

const seedSubscription = async (): Promise<void> => {
  const url = `${OUTSIDE_URL}/hooks/all`;
  const { data } = await call<Listed<{ url: string }>>('GET', '/webhooks?limit=200');
  await once(
    `subscription to ${url}`,
    data.find((each) => each.url === url),
    () => call('POST', '/webhooks/subscribe', { events: ['job.*', 'file.*'], url }),
  );
};

const seedPreset = async (): Promise<void> => {
  const { data } = await call<Listed<{ name: string }>>('GET', '/v1/presets?limit=200');
  const fields = { output_format: 'mp4', video_codec: 'h264', resolution: '360p', encoder_preset: 'veryfast' };
  await once(
    'preset seed_small',
    data.find(({ name }) => name === 'seed_small'),
    () => call('POST', '/v1/presets', { name: 'seed_small', operation: 'transcode', fields }),
  );
};

const subtitles = `1
00:00:00,500 --> 00:00:02,000
A large rabbit comes out of his burrow.

2
00:00:02,500 --> 00:00:04,000
It is a <i>beautiful</i> morning.
`;

const seedFile = async (name: string, bytes: () => Uint8Array<ArrayBuffer> | string): Promise<string> => {
  const { data } = await call<Listed<{ file_id: string; name: string }>>('GET', '/v1/files?limit=200');
  const file = await once(
    `file ${name}`,
    data.find((each) => each.name === name),
    () => {
      const form = new FormData();
      form.set('file', new Blob([bytes()]), name);
      return call<{ file_id: string; name: string }>('POST', '/v1/files', form);
    },
  );
  return file.file_id;
};

const seedJobs = async (film: string, cues: string): Promise<void> => {
  const { data } = await call<Listed<{ metadata: { seed?: string } }>>('GET', '/v1/jobs?limit=200');
  const jobs: Readonly<Record<string, readonly [string, object]>> = {
    'a small copy': ['/v1/transcode', { input_url: film, preset: 'seed_small' }],
    'from an address': ['/v1/probe', { url: `${OUTSIDE_URL}/film.mp4` }],
    stills: ['/v1/video/thumbnails', { video_url: film, count: 6, method: 'uniform' }],
    loudness: ['/v1/audio/normalize', { input_url: film }],
    'a translation': [
      '/v1/subtitles/translate',
      { subtitle_url: cues, from_lang: 'en', to_lang: 'es', provider: 'deepl' },
    ],
    'one that fails': ['/v1/probe', { url: `${OUTSIDE_URL}/there-is-no.mp4` }],
  };
  for (const [name, [path, body]] of Object.entries(jobs))
    await once(
      `job: ${name}`,
      data.find(({ metadata }) => metadata.seed === name),
      () => call('POST', path, { ...body, metadata: { seed: name } }),
    );
};

await seedKeys();
await seedSubscription();
await seedPreset();
const cues = await seedFile('seed-cues.srt', () => subtitles);
if (FILM === '') throw new Error('FILM must name a video');
await seedJobs(await seedFile('seed-film.mp4', () => readFileSync(FILM)), cues);
process.stdout.write(`\nlook at ${FFAPI_URL}/v1/jobs and at ${OUTSIDE_URL}\n`);
