// Debian's packages: installed into the system, or unpacked beside it.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binDir, onPath, output, say, step, stop } from './shell.mjs';

export const isDebian = () => onPath('apt-get') && existsSync('/etc/debian_version');

/** Asks whoever sits at the terminal; where nobody does, only CI and FFAPI_ASSUME_YES agree. */
const agreed = (question) => {
  if (process.env.CI || process.env.FFAPI_ASSUME_YES) return true;
  let terminal;
  try {
    terminal = openSync('/dev/tty', 'r+');
  } catch {
    return false;
  }
  writeSync(terminal, `${question} [y/N] `);
  const answer = Buffer.alloc(64);
  const length = readSync(terminal, answer);
  closeSync(terminal);
  return /^y/i.test(answer.toString('utf8', 0, length));
};

const asRoot = (packages, why) => {
  if (process.getuid?.() === 0) return [];
  const command = `apt-get install ${packages.join(' ')}`;
  if (!onPath('sudo') || !agreed(`${why}: run  sudo ${command}  now?`))
    stop(`${why}: as root, run  ${command}  and then this again. (FFAPI_ASSUME_YES=1 lets it use sudo.)`);
  // The password is asked for at the terminal, before the output goes into a file.
  if (spawnSync('sudo', ['-v'], { stdio: 'inherit' }).status !== 0) stop(`${why}: sudo was refused.`);
  return ['sudo'];
};

/** Installs packages of the system's own suite. */
export const aptInstall = (packages, why) => {
  if (!isDebian())
    stop(`${why}: install ${packages.join(', ')} with your system's package manager and run this again.`);
  const prefix = asRoot(packages, why);
  step(`${packages.join(', ')} from Debian (${why})`, (run) => {
    const apt = (...args) => {
      const [command, ...rest] = [...prefix, 'apt-get', ...args];
      run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    };
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  });
};

/** Hands over packages of another suite of Debian, fetched through apt, signature checked, unpacked beside the system. */
export const fromDebian = (suite, packages, use) => {
  const mirrors = output('apt-get', ['indextargets', '--format', '$(SUITE) $(REPO_URI)'])
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const mirror = mirrors.find(([name, uri]) => uri && !/-|security/.test(name))?.[1];
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  if (!mirror || !existsSync(keyring)) return false;
  const state = join(tmpdir(), `ffapi-apt-${process.pid}`);
  try {
    return step(`${packages.join(', ')} from Debian ${suite}, into ${binDir}`, (run) => {
      for (const dir of ['lists/partial', 'cache/archives/partial', 'out'])
        mkdirSync(join(state, dir), { recursive: true });
      writeFileSync(join(state, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
      writeFileSync(join(state, 'status'), '');
      const options = [
        `Dir::Etc::SourceList=${state}/sources.list`,
        'Dir::Etc::SourceParts=-',
        `Dir::State=${state}`,
        `Dir::State::Lists=${state}/lists`,
        `Dir::State::Status=${state}/status`,
        `Dir::Cache=${state}/cache`,
        'APT::Sandbox::User=root',
      ].flatMap((option) => ['-o', option]);
      run('apt-get', [...options, '-qq', 'update']);
      run('apt-get', [...options, '-qq', 'download', ...packages], { cwd: join(state, 'out') });
      for (const deb of readdirSync(join(state, 'out')))
        run('dpkg', ['-x', join(state, 'out', deb), join(state, 'root')]);
      mkdirSync(binDir, { recursive: true });
      return use(join(state, 'root'));
    });
  } catch (error) {
    say(`${packages.join(', ')} of Debian ${suite} could not be fetched: ${error.message}`);
    return false;
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
};
