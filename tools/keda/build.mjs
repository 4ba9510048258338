// KEDA's operator, and the definitions of its kinds: what makes Jobs of a queue. Its own go.mod has replacements, so it
// is built where Go keeps its module. Runs on any Node >= 18; needs Go.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, requireGo } from '../go.mjs';

const version = 'v2.21.0';
const built = join(cacheDir, `keda-${version}`);

if (!existsSync(built)) {
  const go = requireGo('KEDA');
  process.stderr.write(`setup  building KEDA ${version} into ${built} (5 to 20 minutes, once)\n`);
  const half = `${built}.half`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  const { Dir } = JSON.parse(
    execFileSync(go, ['mod', 'download', '-json', `github.com/kedacore/keda/v2@${version}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const binary = join(half, 'keda-operator');
  execFileSync(go, ['build', '-C', Dir, '-trimpath', '-ldflags', '-s -w', '-o', binary, './cmd/operator'], {
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  cpSync(join(Dir, 'config', 'crd'), join(half, 'kinds'), { recursive: true });
  execFileSync('chmod', ['-R', 'u+w', half]);
  renameSync(half, built);
}
process.stdout.write(`${built}\n`);
