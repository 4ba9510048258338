import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createTextTools } from '@ffapi/media-exec';
import { loopDelayDuring } from '../kit/loop-delay.ts';

/** A process of so many megabytes that starts tools: as the platform does, as Node does, or not at all. */
const [megabytes = '0'] = process.argv.slice(2);
const execute = promisify(execFile);
const runText = createTextTools({ sandbox: 'required' });
const signal = new AbortController().signal;

const starts = {
  platform: async (): Promise<void> => {
    const { ok } = await runText({ tool: 'cat', argv: [], text: 'a text', signal });
    if (!ok) throw new Error('the tool failed');
  },
  fork: () => execute('bwrap', ['--ro-bind', '/', '/', '--dev', '/dev', 'cat', '/dev/null']),
  nothing: () => new Promise((resolve) => setTimeout(resolve, 100)),
} as const;

// Small objects, as a service keeps them: what counts is how many pages are touched.
const kept: unknown[] = [];
while (process.memoryUsage.rss() < Number(megabytes) * 1e6)
  kept.push(Array.from({ length: 20_000 }, (_, at) => ({ at, name: `entry ${at}`, parts: [at] })));

process.on('message', async ({ how, count }: { how: keyof typeof starts; count: number }) => {
  const before = process.cpuUsage();
  const delay = await loopDelayDuring(() => Promise.all(Array.from({ length: count }, () => starts[how]())));
  const { user, system } = process.cpuUsage(before);
  process.send?.({
    ...delay,
    ownCpuSeconds: (user + system) / 1e6,
    residentMb: process.memoryUsage.rss() / 1e6,
    kept: kept.length,
  });
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');
