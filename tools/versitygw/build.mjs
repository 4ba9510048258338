// Versity's gateway speaks S3 on a local folder: real traffic of the SDK in tests without a bucket.
// Runs on any Node >= 18; needs Go.
import { join } from 'node:path';
import { buildOnce, cacheDir, withSourceOf } from '../go.mjs';

const version = 'v1.8.0';

buildOnce({
  name: `versitygw ${version}`,
  binary: join(cacheDir, 'bin', 'versitygw'),
  build: (go, compile) =>
    withSourceOf(go, `github.com/versity/versitygw@${version}`, (source) => compile(source, './cmd/versitygw')),
});
