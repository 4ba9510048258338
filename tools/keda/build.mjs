// KEDA's operator, and the definitions of its kinds: what makes Jobs of a queue. Its own go.mod has replacements, so it
// is built where Go keeps its module. Runs on any Node >= 18; needs Go.
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolderOnce, cacheDir, sourceOf } from '../go.mjs';

const version = 'v2.21.0';

buildFolderOnce({
  name: `KEDA ${version}`,
  takes: '5 to 20 minutes',
  folder: join(cacheDir, `keda-${version}`),
  build: (go, folder, compile) => {
    const source = sourceOf(go, `github.com/kedacore/keda/v2@${version}`);
    compile(source, '-trimpath', '-ldflags', '-s -w', '-o', join(folder, 'keda-operator'), './cmd/operator');
    cpSync(join(source, 'config', 'crd'), join(folder, 'kinds'), { recursive: true });
    // The module cache is read-only, and so is what was copied from it.
    execFileSync('chmod', ['-R', 'u+w', folder]);
  },
});
