import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { loadConfig, settings } from '@ffapi/config';
import { describe, expect, it } from 'vitest';
import { composeText, readCompose, type ComposeService } from './compose-file.ts';
import { all, envOf, readDockerfile, root } from './dockerfile.ts';

/** Of the Compose Specification (Apache-2.0), as the npm package docker-compose carries it. */
const { $schema: _, ...schema } = createRequire(import.meta.url)('docker-compose/schema/compose-spec.json') as {
  $schema: string;
};
const isCompose = new Ajv({ strict: false, validateFormats: false }).compile(schema);

const file = readCompose();
const own = Object.entries(file.services).filter(([, { build }]) => build?.dockerfile.endsWith('service.Dockerfile'));
const service = (name: string): ComposeService => file.services[name] as ComposeService;
const others = Object.entries(file.services).filter(([name]) => !own.some(([each]) => each === name));
const media = ['transcode', 'transcode-gpu', 'audio', 'subtitle', 'thumbnail'];
const withEgress = ['gateway', 'storage', 'webhook', 'translate', 'moderation', 'alerting'];
const imageEnv = envOf(readDockerfile('service.Dockerfile').stages.at(-1));
const namesOf = (entries: readonly (readonly [string, ComposeService])[]): string[] =>
  entries.map(([name]) => name).toSorted();

/** Settings that no entry sets, and why. */
const notForContainers: Readonly<Record<string, string>> = {
  WORKER_ONE_TASK: 'Compose has no Jobs; a container that ends would be started again',
  FFMPEG_PATH: 'the media images have one FFmpeg, on their PATH',
  FFPROBE_PATH: 'the media images have one FFprobe, on their PATH',
};

/** How containers find each other and what is mounted where: the file's own affair. */
const wiring = [
  'HOST',
  'PORT',
  'METRICS_PORT',
  'NATS_URL',
  'NATS_MONITOR_URL',
  'NATS_REPLICAS',
  'DATABASE_URL',
  'BLOB_URL',
  'BLOB_PORT',
  'BLOB_HOST',
  'FFAPI_DATA_DIR',
  'FONTS_DIR',
  'SANDBOX',
  'ENABLE_GPU',
];

/** Variables of the file itself, which no service sees. */
const ofTheFile = /^(FFAPI_(VERSION|PUBLISH|STOP_GRACE_PERIOD)|(MEDIA|SERVICE)_MEMORY_LIMIT|\w+_DIGEST)$/;

describe('docker-compose.yml', () => {
  it('is what the Compose Specification says, down to the names of fields', () => {
    expect(isCompose(file), JSON.stringify(isCompose.errors?.slice(0, 3))).toBe(true);
    expect(isCompose({ services: { a: { image: 'b', read_onyl: true } } })).toBe(false);
  });

  it('gives every variable a value or a reason to be given, so that Compose warns of none', () => {
    const bare = [...composeText.matchAll(/(?<!\$)\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(bare).toEqual([]);
  });

  it('has each service in its own image', () => {
    expect(own.length).toBeGreaterThan(8);
    for (const [name, { build, image }] of own) {
      expect(build?.args?.SERVICE, name).toBe(name);
      expect(image, name).toMatch(new RegExp(`^ffapi/${name}:`));
    }
    expect(new Set(Object.values(file.services).flatMap(({ profiles }) => profiles ?? []))).toEqual(
      new Set(['kurrentdb', 'observability', 's3', 'mail', 'dev', 'gpu']),
    );
  });

  it('sets variables that exist, and every one that exists', () => {
    const set = new Set([
      ...own.flatMap(([, { environment }]) => Object.keys(environment ?? {})),
      ...Object.keys(imageEnv),
    ]);
    set.delete('NODE_ENV');
    expect([...set].filter((name) => !Object.hasOwn(settings, name))).toEqual([]);
    const missing = Object.keys(settings).filter((name) => !set.has(name));
    expect(missing.toSorted()).toEqual(Object.keys(notForContainers).toSorted());
  });

  it('has a page that names what .env does not reach', () => {
    const page = readFileSync(join(root, 'docs/how-to/run-with-compose.md'), 'utf8');
    const unnamed = [...wiring, ...Object.keys(notForContainers)].filter((name) => !page.includes(`\`${name}\``));
    expect(unnamed).toEqual([]);
  });

  it('takes from the environment what is a setting by the same name, with the same default', () => {
    const taken = [...composeText.matchAll(/\$\{(\w+)(?::?[-?+]([^}]*))?/g)].map(([, name = '']) => name);
    expect(taken.length).toBeGreaterThan(40);
    expect(taken.filter((name) => !Object.hasOwn(settings, name) && !ofTheFile.test(name))).toEqual([]);
    const changed = {
      ENABLE_VIRUS_SCANNING: 'true',
      PUBLIC_BASE_URL: 'http://127.0.0.1:3000',
      CLAMAV_SOCKET: 'tcp://clamd:3310',
      OTEL_ENDPOINT: 'http://jaeger:4317',
    };
    for (const [name, { environment }] of own)
      for (const [key, value] of Object.entries(environment ?? {})) {
        if (wiring.includes(key) || /^\$\{\w+:\?/.test(String(value))) continue;
        const [, variable, preset] = /^\$\{(\w+):-(.*)\}$/.exec(String(value)) ?? [];
        expect(variable, name).toBe(key);
        const setting = settings[key as keyof typeof settings];
        const wanted = { ...('preset' in setting ? { [key]: setting.preset } : {}), ...changed }[key] ?? '';
        expect(`${key}=${preset}`, name).toBe(`${key}=${wanted}`);
      }
  });

  it('holds no secret, and gives each to those that need it', () => {
    for (const [name, { environment = {} }] of own) {
      const secrets = Object.keys(environment).filter(
        (key) => 'secret' in (settings[key as keyof typeof settings] ?? {}),
      );
      for (const key of secrets) expect(environment[key], `${name} ${key}`).toMatch(new RegExp(`^\\$\\{${key}:[-?]`));
      if (media.includes(name)) expect(secrets, name).toEqual(['SECRETS_KEY']);
    }
    const knowing = own.filter(([, { environment = {} }]) => 'ADMIN_API_KEY' in environment);
    expect(namesOf(knowing)).toEqual(['gateway']);
  });

  it('gives every service the settings on which all must agree', () => {
    const alike = [
      'SECRETS_KEY',
      'NATS_URL',
      'NATS_MONITOR_URL',
      'EVENT_STORE_URL',
      'MAX_FILE_SIZE_MB',
      'RETENTION_DAYS',
    ];
    for (const key of alike) expect(new Set(own.map(([, { environment = {} }]) => environment[key])).size, key).toBe(1);
    for (const [name, { environment = {} }] of own)
      expect('BLOB_URL' in environment, name).toBe(!('BLOB_PORT' in environment));
    expect(service('storage').environment).toMatchObject({ BLOB_PORT: 4000, BLOB_HOST: '0.0.0.0' });
    expect(service('gateway').environment?.BLOB_URL).toBe('http://storage:4000');
  });
});

describe('its walls', () => {
  it('lets out who calls addresses of others, and no media code', () => {
    const isOut = ({ networks = [], network_mode }: ComposeService): boolean =>
      network_mode !== 'none' && (networks.length === 0 || networks.some((each) => !file.networks[each]?.internal));
    expect(namesOf(own.filter(([, each]) => isOut(each)))).toEqual(withEgress.toSorted());
    for (const name of media) {
      expect(service(name).networks, name).toEqual(['bus']);
      expect(service(name).environment?.SANDBOX, name).toBe('external');
      expect(service(name).build?.args?.BASE, name).toMatch(/^media-(gpu-)?base$/);
      expect(service(name).mem_limit, name).toBeDefined();
    }
    const onMediaBase = own.filter(([, { build }]) => build?.args?.BASE?.startsWith('media-'));
    expect(namesOf(onMediaBase)).toEqual(media.toSorted());
    const joined = Object.values(file.services).flatMap(({ networks = [] }) => networks);
    expect([...new Set(joined)].toSorted()).toEqual(Object.keys(file.networks).toSorted());
  });

  it.each(own)('leaves %s a root that is read only, no rights and no way to more', (_name, each) => {
    expect(each).toMatchObject({ read_only: true, init: true, cap_drop: ['ALL'] });
    expect(each.security_opt).toEqual(['no-new-privileges:true']);
    expect(each.pids_limit).toBeGreaterThan(0);
    expect(each.cap_add).toBeUndefined();
    expect(each.privileged).toBeUndefined();
    expect(each.user).toBeUndefined();
    const writable = [...(each.tmpfs ?? []), ...(each.volumes ?? [])].map((mount) =>
      typeof mount === 'string' ? mount : mount.target,
    );
    expect(writable.filter((mount) => /(^|:)\/data(:|$)/.test(mount))).toHaveLength(1);
  });

  const running = Object.entries(file.services).filter(([, { scale }]) => scale !== 0);
  it.each(running)('lets %s take so much memory, so many processes and so much room for its log', (_name, each) => {
    expect(each.mem_limit).toMatch(/^(\d+[gm]|\$\{(MEDIA|SERVICE)_MEMORY_LIMIT:-\d+g\})$/);
    expect(each.pids_limit).toBeGreaterThan(0);
    expect(each.logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } });
  });

  it('gives fonts where text is drawn, and nobody may change them', () => {
    const drawing = own.filter(([, { environment = {} }]) => 'FONTS_DIR' in environment);
    expect(namesOf(drawing)).toEqual(['subtitle', 'transcode', 'transcode-gpu']);
    for (const [, { volumes }] of drawing) expect(volumes).toContain('fonts:/fonts:ro');
  });

  it('publishes the gateway, and on this machine alone the pages of profiles', () => {
    const published = Object.entries(file.services).filter(([, { ports = [] }]) => ports.length > 0);
    expect(namesOf(published.filter(([, { profiles }]) => !profiles))).toEqual(['gateway']);
    expect(service('gateway').ports).toEqual(['${FFAPI_PUBLISH:-127.0.0.1:3000}:3000']);
    const loose = published
      .filter(([, { profiles }]) => profiles)
      .flatMap(([, { ports = [] }]) => ports.filter((port) => !port.startsWith('127.0.0.1:')));
    expect(loose).toEqual([]);
    expect(service('mail').ports).toEqual(['127.0.0.1:1025:1025', '127.0.0.1:8025:8025']);
  });

  it('takes images of others at a version, and at a digest when one is given', () => {
    for (const [name, { image = '', cap_drop, security_opt, build }] of others) {
      if (build) continue;
      expect(image, name).toMatch(/^[a-z/]+:v?\d+\.\d+[\w.-]*\$\{(\w+_DIGEST):\+@\$\{\1:-\}\}$/);
      expect(cap_drop, name).toEqual(['ALL']);
      expect(security_opt, name).toEqual(['no-new-privileges:true']);
    }
    expect(service('media-base')).toMatchObject({ scale: 0, network_mode: 'none' });
  });
});

describe('its GPUs', () => {
  it('belong to one service of a profile of its own, with the half of the driver that encodes', () => {
    const withGpu = Object.entries(file.services).filter(([, { deploy }]) => deploy !== undefined);
    expect(namesOf(withGpu)).toEqual(['transcode-gpu']);
    const { deploy, profiles, environment } = service('transcode-gpu');
    expect(deploy?.resources.reservations.devices).toMatchObject([{ driver: 'nvidia' }]);
    const driver = envOf(readDockerfile('media-gpu-base.Dockerfile').stages.at(-1)).NVIDIA_DRIVER_CAPABILITIES ?? '';
    expect(deploy?.resources.reservations.devices[0]?.capabilities).toEqual(['gpu', ...driver.split(',')]);
    expect([profiles, environment?.ENABLE_GPU]).toEqual([['gpu'], 'true']);
    expect(service('media-gpu-base')).toMatchObject({ profiles: ['gpu'], scale: 0, network_mode: 'none' });
    expect(service('transcode-gpu').build?.additional_contexts).toEqual({ 'media-gpu-base': 'service:media-gpu-base' });
  });
});

describe('its order', () => {
  it('waits for what is needed until it is ready', () => {
    for (const [name, { depends_on = {}, healthcheck, environment = {} }] of own) {
      expect(depends_on.nats, name).toEqual({ condition: 'service_healthy' });
      if ('BLOB_URL' in environment) expect(depends_on.storage, name).toEqual({ condition: 'service_healthy' });
      if ('DATABASE_URL' in environment) expect(depends_on.mongodb, name).toEqual({ condition: 'service_healthy' });
      if ('DATABASE_URL' in environment) expect(service(name).networks, name).toContain('data');
      expect(healthcheck?.test.at(-1), name).toContain(`:${environment.METRICS_PORT}/health/ready`);
    }
    for (const name of ['nats', 'mongodb', 'clamd', 'kurrentdb', 's3'])
      expect(service(name).healthcheck?.test.length, name).toBeGreaterThan(1);
  });

  it('asks after health in words without spaces, at which the API of Podman splits them', () => {
    const asked = Object.entries(file.services).flatMap(([name, { healthcheck }]) =>
      (healthcheck?.test ?? []).map((word) => `${name}: ${word}`),
    );
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.filter((word) => /: .*\s/.test(word))).toEqual([]);
  });

  it('leaves each service the time that it is told to end in', () => {
    const seconds = (text: unknown): number => Number(/^\$\{\w+:-(\d+)s?\}$/.exec(String(text))?.[1]);
    for (const [name, { stop_grace_period, environment = {} }] of own)
      expect(seconds(stop_grace_period), name).toBeGreaterThan(seconds(environment.SHUTDOWN_GRACE_SECONDS));
  });

  it('keeps what must not be lost in volumes that are declared', () => {
    const used = Object.values(file.services)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((volume): volume is string => typeof volume === 'string' && !volume.startsWith('.'))
      .map((volume) => volume.split(':')[0] ?? '');
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(file.volumes).toSorted());
    for (const [name, volume] of Object.entries({ nats: 'nats:/data', job: 'job:/data', storage: 'storage:/data' }))
      expect(service(name).volumes).toContain(volume);
  });
});

describe('its profile for development', () => {
  it('builds each service anew when what its image holds is changed', () => {
    const stages = readDockerfile('service.Dockerfile').stages.filter(({ name }) => /^(manifests|tree)$/.test(name));
    const copied = stages
      .flatMap((stage) => all(stage, 'COPY'))
      .filter(({ flags }) => flags.length === 0)
      .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
    // Changed together with the lock file, or not part of what runs.
    const still = /^(package\.json|infra\/local\/(package|node-flags)\.json|docs\/.*)$/;
    for (const [name, { develop }] of own) {
      expect(
        develop?.watch.every(({ action }) => action === 'rebuild'),
        name,
      ).toBe(true);
      const watched = (develop?.watch ?? []).map(({ path }) => path.slice(2));
      const isWatched = (path: string): boolean => watched.some((each) => `${path}/`.startsWith(`${each}/`));
      expect(
        copied.filter((path) => !still.test(path) && !isWatched(path)),
        name,
      ).toEqual([]);
      for (const path of watched) expect(existsSync(join(root, path)), path).toBe(true);
    }
  });

  it('takes settings that exist from one file, and its outside is where they say', () => {
    const lines = readFileSync(join(root, 'infra/dev/compose.env'), 'utf8').split('\n');
    const given = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('='));
    expect(given.filter(([name = '']) => !Object.hasOwn(settings, name))).toEqual([]);
    const environment = Object.fromEntries(given.map(([name = '', ...value]) => [name, value.join('=')]));
    expect(() => loadConfig(environment)).not.toThrow();
    const addresses = Object.values(environment).filter((value) => value.startsWith('http'));
    expect(addresses.length).toBeGreaterThan(7);
    for (const address of addresses) expect(new URL(address).origin).toBe('http://outside:4100');
    for (const caller of ['gateway', 'storage', 'webhook', 'translate', 'moderation', 'alerting'])
      expect(service(caller).networks, caller).toContain('egress');
    expect(service('outside')).toMatchObject({ profiles: ['dev'], networks: ['egress'] });
    expect(service('seed').depends_on).toMatchObject({ gateway: { condition: 'service_healthy' } });
  });
});
