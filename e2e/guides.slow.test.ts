import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './faults/service-process.ts';
import { startPlatform, type RunningPlatform } from './platform.ts';

const apiKey = 'key_of_the_guides_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-guides-'));

interface Block {
  readonly language: string;
  readonly file: string;
  readonly text: string;
}

const markdownOf = (page: string): string => readFileSync(join(root, 'docs/how-to', `${page}.md`), 'utf8');

const blocksOf = (page: string): readonly Block[] =>
  [...markdownOf(page).matchAll(/```(\w+) ?(\S*)\n([^]*?)```/g)].map(([, language = '', file = '', text = '']) => ({
    language,
    file,
    text,
  }));

/** What a reader pastes, without the start of the platform, which is there already. */
const shellOf = (page: string): readonly string[] =>
  blocksOf(page)
    .filter(({ language, text }) => language === 'sh' && !/npm start$/m.test(text))
    .map(({ text }) => text);

let platform: RunningPlatform;
let url: string;
let receiverPort: number;

const here = (text: string): string =>
  text.replaceAll('http://127.0.0.1:3000', url).replaceAll('8787', String(receiverPort));

/** Runs lines in one shell, until it has said all that is expected or has ended; ends all that it started. */
const runUntil = async (lines: string, expected: readonly RegExp[]): Promise<string> => {
  const shell = spawn('sh', ['-e', '-c', here(lines)], { cwd: dir, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const isWhole = (): boolean => expected.every((each) => each.test(said));
  const closed = once(shell, 'close');
  const ended = once(shell, 'exit');
  const seen = new Promise<void>((resolve) => {
    for (const stream of [shell.stdout, shell.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (isWhole()) resolve();
      });
  });
  const [code] = (await ended) as [number];
  if (code === 0 && !isWhole()) await Promise.race([seen, closed]);
  try {
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await closed;
  expect(code, said).toBe(0);
  for (const each of expected) expect(said).toMatch(each);
  return said;
};

const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
  const settings = { PORT: '0', ADMIN_API_KEY: apiKey, MIN_FREE_SPACE_MB: '0', LOG_LEVEL: 'warn' };
  const data = join(dir, 'platform');
  platform = startPlatform({ ...settings, FFAPI_DATA_DIR: data, ...env }, join(dir, 'platform.log'));
  url = await platform.ready;
};

beforeAll(async () => {
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data/admin.key'), apiKey);
  [receiverPort = 0] = await freePorts(1);
  await start({});
});

afterAll(async () => {
  await platform.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

describe('the first steps', () => {
  it('make, upload, convert and download a clip', async () => {
    await runUntil(shellOf('first-steps').join(''), [/job_\w+ has completed/, /small\.mp4/]);
    const film = readFileSync(join(dir, 'small.mp4'));
    expect(film.toString('latin1', 4, 8)).toBe('ftyp');
  });

  it('need no more than 20 lines', () => {
    const lines = shellOf('first-steps').flatMap((block) => block.trim().split('\n'));
    expect(lines.length).toBeLessThanOrEqual(20);
  });
});

describe('HLS, thumbnails and a webhook for an app', () => {
  const page = 'hls-and-thumbnails-for-an-app';
  const [subscribe = '', curl = '', javascript = '', python = ''] = shellOf(page);
  const links = [/http\S+\.jpg/, /http\S+\.m3u8/];
  const receiver = (command: string): string => subscribe.replace('node receiver.mjs', command);
  const told = /verified job\.completed job_\w+/;

  it('tells the truth about a receiver on this machine', async () => {
    const [, code = ''] = /is refused with `(\w+)`/.exec(markdownOf(page)) ?? [];
    await expect(runUntil(subscribe, [])).rejects.toThrow(`${code}: `);
    await expect(runUntil(subscribe.replace(':8787', ''), [])).rejects.toThrow('url_refused: ');
  });

  describe('with the setting that it names', () => {
    beforeAll(async () => {
      await platform.end('SIGTERM');
      const [setting = ''] = /ALLOW_PRIVATE_IPS=\w+/.exec(blocksOf(page)[0]?.text ?? '') ?? [];
      const [name = '', value = ''] = setting.split('=');
      await start({ [name]: value });
      for (const { file, text } of blocksOf(page)) if (file !== '') writeFileSync(join(dir, file), here(text));
    });

    it.each([
      ['curl, heard by Node', 'node receiver.mjs', curl],
      ['JavaScript, heard by Python', 'python3 receiver.py', javascript],
      ['Python, heard by Node', 'node receiver.mjs', python],
    ])('works in %s', async (_name, command, app) => {
      expect(app).not.toBe('');
      await runUntil(receiver(command) + app, [...links, told, /100/]);
    });

    it.each(['node receiver.mjs', 'python3 receiver.py'])('lets %s refuse what is forged', async (command) => {
      const forged = `${receiver(command)}
        curl -s --retry 9 --retry-connrefused -o answer -w 'answered %{http_code}\\n' \
          -H 'webhook-id: msg_1' -H "webhook-timestamp: $(date +%s)" -H 'webhook-signature: v1,Zm9yZ2Vk' \
          -d '{"event": "job.completed", "data": {"job_id": "job_forged"}}' http://127.0.0.1:8787/hook`;
      const said = await runUntil(forged, [/answered 401/]);
      expect(said).not.toContain('job_forged');
    });
  });
});
