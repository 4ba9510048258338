// The last FerretDB 1.x speaks MongoDB's wire protocol over SQLite: real driver traffic in tests without a mongod.
// Runs on any Node >= 18; needs Go. `go install module@version` does not work here: it asks for the list of all
// versions, which not every module proxy has.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, requireGo } from '../go.mjs';

const module = 'github.com/FerretDB/FerretDB@v1.24.2';
const binary = join(cacheDir, 'bin', 'ferretdb');

if (!existsSync(binary)) {
  const go = requireGo('FerretDB');
  process.stderr.write(`setup  building ${module} into ${binary}\n`);
  mkdirSync(join(cacheDir, 'bin'), { recursive: true });
  const { Dir } = JSON.parse(
    execFileSync(go, ['mod', 'download', '-json', module], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const source = mkdtempSync(join(tmpdir(), 'ferretdb-'));
  try {
    cpSync(Dir, source, { recursive: true });
    // A release build generates this file; without it the binary panics at start. The module cache is read-only.
    const versionFolder = join(source, 'build', 'version');
    chmodSync(versionFolder, 0o755);
    rmSync(join(versionFolder, 'version.txt'), { force: true });
    writeFileSync(join(versionFolder, 'version.txt'), `${module.split('@')[1]}\n`);
    const env = { ...process.env, CGO_ENABLED: '0' };
    execFileSync(go, ['build', '-o', binary, './cmd/ferretdb'], {
      cwd: source,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  } finally {
    execFileSync('chmod', ['-R', 'u+w', source]);
    rmSync(source, { recursive: true, force: true });
  }
}
process.stdout.write(`${binary}\n`);
