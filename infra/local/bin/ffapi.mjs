#!/usr/bin/env node
// Runs on any Node: hands over to the pinned one, with everything in place.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const { status } = spawnSync(process.execPath, [join(root, 'tools/bootstrap.mjs'), 'ffapi', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
