import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { keepTrack, takeChildrenAlong } from '../faults/children.ts';
import { root } from '../faults/service-process.ts';

/** The end-to-end suite with every service as a process of its own; arguments name files. */
takeChildrenAlong();
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
// It makes thousands of deliveries and lists them; FerretDB scans them for each page, for longer than services wait.
const leftOut = 'e2e/api-fuzz.slow.test.ts';
process.stdout.write(
  `LANE SKIPPED ${leftOut}: it is part of npm run test:slow, and FerretDB has no indexes for what it makes\n`,
);
// A platform of this shape is a dozen processes: one at a time.
const options = ['--config', 'e2e/vitest.config.ts', '--maxWorkers', '1', '--exclude', leftOut];
const argv = [vitest, 'run', ...options, ...process.argv.slice(2)];
const env = { ...process.env, FFAPI_E2E_SHAPE: 'apart' };
const child = keepTrack(spawn(process.execPath, argv, { cwd: root, stdio: 'inherit', env }), 'SIGTERM');
const [code] = (await once(child, 'exit')) as [number | null];
process.exit(code ?? 1);
