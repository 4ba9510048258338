// Azurite is Azure's own emulator of its storage: real traffic of the SDK in tests without an account. It brings 380
// packages along, so it is no dependency of the project. Runs on any Node >= 18; needs npm.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../go.mjs';

const version = '3.37.0';
const folder = join(cacheDir, `azurite-${version}`);
const binary = join(cacheDir, 'bin', 'azurite-blob');

if (!existsSync(folder)) {
  process.stderr.write(`setup  installing azurite ${version} into ${folder} (240 MB, once)\n`);
  const half = `${folder}.half`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', '--prefix', half, '--save-exact', ...quietly, `azurite@${version}`], {
    stdio: ['ignore', 2, 2],
  });
  renameSync(half, folder);
}
mkdirSync(join(cacheDir, 'bin'), { recursive: true });
rmSync(binary, { force: true });
symlinkSync(join(folder, 'node_modules/azurite/dist/src/blob/main.js'), binary);
process.stdout.write(`${binary}\n`);
