// The last FerretDB 1.x speaks MongoDB's wire protocol over SQLite: real driver traffic in tests without a mongod.
// Runs on any Node >= 18; needs Go.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOnce, cacheDir, withSourceOf } from '../go.mjs';

const version = 'v1.24.2';

buildOnce({
  name: `FerretDB ${version}`,
  binary: join(cacheDir, 'bin', 'ferretdb'),
  build: (go, compile) =>
    withSourceOf(go, `github.com/FerretDB/FerretDB@${version}`, (source) => {
      // A release build generates this file; without it the binary panics at start.
      const file = join(source, 'build', 'version', 'version.txt');
      rmSync(file, { force: true });
      writeFileSync(file, `${version}\n`);
      compile(source, './cmd/ferretdb');
    }),
});
