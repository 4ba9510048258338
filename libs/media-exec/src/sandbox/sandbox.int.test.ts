import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bubblewrap } from './bubblewrap.ts';
import { noSandbox } from './off.ts';
import { seccompProgram } from './seccomp.ts';
import { setpriv } from './setpriv.ts';

const workDir = mkdtempSync(join(tmpdir(), 'ffapi-sandbox-'));
afterAll(() => rmSync(workDir, { recursive: true }));
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
