import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bubblewrap } from './bubblewrap.ts';
import { gpuPaths } from './gpu-paths.ts';
import { noSandbox } from './off.ts';
import { seccompProgram } from './seccomp.ts';
import { selfTest } from './self-test.ts';
import { setpriv } from './setpriv.ts';

const workDir = mkdtempSync(join(tmpdir(), 'ffapi-sandbox-'));
afterAll(() => rmSync(workDir, { recursive: true }));
const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended since the folder was listed.
    return '';
  }
};
const mounts = { inputs: { source: '/data/film.mp4' }, workDir };

describe('the container form', () => {
  const { command, args, env } = setpriv({ fontsDir: '/fonts', setprivPath: '/usr/bin/setpriv' }).wrap(
    '/usr/bin/ffmpeg',
    ['-version'],
    mounts,
  );

  it('opens the input for reading, the work folder for writing, and nothing else of the data', () => {
    expect(command).toBe('/usr/bin/setpriv');
    expect(args).toContain('path-beneath:read-file:/data/film.mp4');
    const writable = args.filter((arg) => arg.startsWith('path-beneath:') && arg.includes('write-file'));
    expect(writable.map((arg) => arg.split(':')[2])).toEqual(['/dev/null', workDir]);
    expect(args.slice(-3)).toEqual(['--', '/usr/bin/ffmpeg', '-version']);
    expect(Object.keys(env)).toEqual(['PATH', 'HOME', 'LANG', 'SVT_LOG']);
  });

  it('gives no folder’s right to a plain file: Landlock refuses such a rule', () => {
    expect(args.filter((arg) => arg.includes('read-dir') && arg.endsWith('.cache'))).toEqual([]);
  });
});

describe.each([
  ['the container form', setpriv({})],
  ['the namespace form', bubblewrap({ bwrapPath: 'bwrap' })],
])('a tool in %s', (_, sandbox) => {
  it('ends with whoever started it', async () => {
    const own = join(workDir, sandbox.level);
    mkdirSync(join(own, 'scratch'), { recursive: true });
    // A number that no other process waits for.
    const seconds = `1000.${process.pid}${performance.now().toFixed(0)}`;
    const { command, args, cwd, env } = sandbox.wrap('sleep', [seconds], { inputs: {}, workDir: own });
    const body = `require('child_process').spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, ${JSON.stringify({ cwd, env, detached: true, stdio: 'ignore' })}); setInterval(() => {}, 1000)`;
    const starter = spawn(process.execPath, ['--eval', body], { stdio: 'ignore' });
    const isRunning = (): boolean =>
      readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && commandOf(pid) === `sleep\0${seconds}\0`);
    await expect.poll(isRunning).toBe(true);
    starter.kill('SIGKILL');
    await expect.poll(isRunning).toBe(false);
  });
});

describe('a GPU', () => {
  const gpu = gpuPaths(['null', 'nvidia0', 'nvidiactl', 'nvidia-uvm', 'sda', 'dri'], (path) => path === '/sys/bus/pci');
  const withGpu = { devices: ['/dev/null', '/dev/shm'], readable: ['/sys/devices'] };

  it('is the driver’s nodes and what its libraries look up, of what is there', () => {
    expect(gpu.devices).toEqual(['/dev/nvidia0', '/dev/nvidiactl', '/dev/nvidia-uvm', '/dev/dri']);
    expect(gpu.readable).toEqual(['/sys/bus/pci']);
  });

  it('is shown to the tools of its pool, and to no other', () => {
    const shown = bubblewrap({ bwrapPath: 'bwrap', gpu }).wrap('ffmpeg', [], mounts).args.join(' ');
    for (const path of gpu.devices) expect(shown).toContain(`--dev-bind ${path} ${path}`);
    expect(shown).toContain('--ro-bind /sys/bus/pci /sys/bus/pci');
    const others = bubblewrap({ bwrapPath: 'bwrap' }).wrap('ffmpeg', [], mounts).args.join(' ');
    expect(others).not.toMatch(/--dev-bind|\/sys\/bus/);
  });

  it('is opened in a container by rules of Landlock, and for no other pool', () => {
    const rulesOf = (options: object): string =>
      setpriv({ setprivPath: 'setpriv', ...options })
        .wrap('/usr/bin/ffmpeg', [], mounts)
        .args.join(' ');
    expect(rulesOf({ gpu: withGpu })).toContain('path-beneath:read-file,write-file:/dev/null --landlock-rule');
    expect(rulesOf({ gpu: withGpu })).toContain('path-beneath:read-file,read-dir,write-file:/dev/shm');
    expect(rulesOf({ gpu: withGpu })).toContain('path-beneath:execute,read-file,read-dir:/sys/devices ');
    expect(rulesOf({})).not.toContain('/dev/shm');
  });

  it('leaves both walls standing', async () => {
    const own = gpuPaths();
    for (const sandbox of [bubblewrap({ bwrapPath: 'bwrap', gpu: own }), setpriv({ gpu: { ...own, ...withGpu } })]) {
      const tools = { ffmpegPath: '/usr/bin/ffmpeg', ffprobePath: '/usr/bin/ffprobe', sandbox };
      expect(await selfTest(tools)).toMatchObject({ ok: true });
    }
  });
});

describe('the seccomp program', () => {
  const underFilter = (argv: readonly string[]) => runUnderFilter('ffmpeg', ['-v', 'error', '-nostdin', ...argv]);
  const runUnderFilter = (tool: string, argv: readonly string[]) => {
    const path = join(workDir, 'filter.bpf');
    writeFileSync(path, seccompProgram(process.arch) ?? '');
    const fd = openSync(path, 'r');
    return spawnSync(
      'bwrap',
      ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--seccomp', '3', '--', tool, ...argv],
      { stdio: ['ignore', 'pipe', 'pipe', fd], encoding: 'utf8' },
    );
  };

  it('lets an encode through', () => {
    expect(underFilter(['-f', 'lavfi', '-i', 'testsrc=d=0.2', '-c:v', 'libx264', '-f', 'null', '-']).status).toBe(0);
  });

  it('lets no socket be opened', () => {
    expect(underFilter(['-i', 'tcp://127.0.0.1:9', '-f', 'null', '-']).stderr).toContain('Permission denied');
  });

  it('lets no namespace be made, by any call', () => {
    expect(runUnderFilter('unshare', ['--user', 'true']).stderr).toContain('Permission denied');
    const nested = runUnderFilter('bwrap', ['--unshare-user', '--ro-bind', '/', '/', 'true']);
    expect(nested.stderr).toMatch(/reating new namespace failed|No permissions to create/);
  });

  it('lets no other process be signalled', () => {
    const killed = runUnderFilter('sh', ['-c', `kill -0 ${process.pid}`]);
    expect(killed.status).not.toBe(0);
    expect(killed.stderr).toContain('Permission denied');
  });

  it('is not made for a processor whose calls are not known', () => {
    expect(seccompProgram('mips')).toBeNull();
  });
});

describe('the namespace form', () => {
  it('shows fonts and a tool that lies elsewhere', () => {
    const tool = join(workDir, 'ffmpeg');
    writeFileSync(tool, '');
    const { args, env } = bubblewrap({ bwrapPath: 'bwrap', fontsDir: '/usr/share/fonts' }).wrap(tool, [], mounts);
    expect(args.join(' ')).toContain('--ro-bind /usr/share/fonts /fonts');
    expect(args.join(' ')).toContain(`--ro-bind ${workDir} ${workDir}`);
    expect(args.join(' ')).toContain('--ro-bind /data/film.mp4 /in/source');
    expect(env).toEqual({});
  });
});

describe('no sandbox', () => {
  it('still hides the worker’s environment', () => {
    expect(noSandbox().wrap('ffmpeg', [], mounts)).toMatchObject({
      cwd: join(workDir, 'scratch'),
      env: { HOME: '/tmp' },
    });
    expect(noSandbox().inputPath(mounts, 'absent')).toBe('');
  });
});
