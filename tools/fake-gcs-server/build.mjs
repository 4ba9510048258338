// A server that speaks the JSON and XML interfaces of Google Cloud Storage on a local folder: real traffic of the SDK
// in tests without a bucket. Runs on any Node >= 18; needs Go.
import { join } from 'node:path';
import { buildOnce, cacheDir, withSourceOf } from '../go.mjs';

const version = 'v1.56.1';

buildOnce({
  name: `fake-gcs-server ${version}`,
  binary: join(cacheDir, 'bin', 'fake-gcs-server'),
  build: (go, compile) =>
    withSourceOf(go, `github.com/fsouza/fake-gcs-server@${version}`, (source) => compile(source, '.')),
});
