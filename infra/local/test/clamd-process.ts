import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

/** What the only signature of the test scanner looks for; harmless, and known to no other scanner. */
export const infection = 'FFAPI-TEST-SIGNATURE-THAT-NO-FILM-CARRIES';

export interface Clamd {
  readonly socket: string;
  stop(): Promise<void>;
}

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const ping = connect({ path: socket }, () => ping.end('zPING\0'));
    ping.once('data', (said) => resolve(String(said).startsWith('PONG')));
    ping.once('error', () => resolve(false)).once('close', () => resolve(false));
  });

/** The real scanner of Debian with a database of one signature; where it is not installed, this fails. */
export const startClamd = async (dir: string, streamBytesMax: number): Promise<Clamd> => {
  const socket = join(dir, 'clamd.ctl');
  mkdirSync(join(dir, 'signatures'), { recursive: true });
  rmSync(socket, { force: true });
  writeFileSync(join(dir, 'signatures/test.ndb'), `Ffapi.Test:0:*:${Buffer.from(infection).toString('hex')}\n`);
  writeFileSync(
    join(dir, 'clamd.conf'),
    [
      `LocalSocket ${socket}`,
      `DatabaseDirectory ${join(dir, 'signatures')}`,
      `StreamMaxLength ${streamBytesMax}`,
      'AlertExceedsMax yes',
      'Foreground yes',
      'MaxThreads 4',
      '',
    ].join('\n'),
  );
  const clamd = spawn('/usr/sbin/clamd', ['--config-file', join(dir, 'clamd.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  clamd.on('error', () => {});
  while (!(await answers(socket))) {
    if (clamd.exitCode !== null || clamd.pid === undefined) throw new Error('clamd does not start: see clamav-daemon');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    socket,
    stop: async () => {
      const gone = once(clamd, 'exit');
      clamd.kill('SIGKILL');
      await gone;
    },
  };
};
