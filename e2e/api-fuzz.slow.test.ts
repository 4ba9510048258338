import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installPeer } from '../bench/kit/on-demand.ts';

const tool = { name: 'schemathesis', packages: ['schemathesis==4.32.5'], from: 'PyPI' } as const;
const examples = Number(process.env.FUZZ_EXAMPLES ?? 3);
const seed = Number(process.env.FUZZ_SEED ?? 1);
const timeoutMs = 600_000;

it(
  'answers whatever is asked as it is described, and never with a failure of its own',
  { timeout: timeoutMs },
  async () => {
    const installed = installPeer(tool, () => {});
    if ('reason' in installed) throw new Error(installed.reason);
    const drive = [join(import.meta.dirname, 'fuzz/main.ts'), join(installed.dir, 'bin/schemathesis')];
    // Without a name server that is told of, none is asked, and no name is waited for.
    const noNames = ['--ro-bind', '/dev/null', '/etc/resolv.conf'];
    const alone = ['--unshare-net', '--dev-bind', '/', '/', ...noNames, '--die-with-parent', '--'];
    const child = spawn('bwrap', [...alone, process.execPath, ...drive, String(examples), String(seed)]);
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    const text = Buffer.concat(said).toString('utf8');
    expect(code, text).toBe(0);
    const generated = [...text.matchAll(/(\d+) generated/g)].map(([, count]) => Number(count));
    expect(generated, text).toHaveLength(2);
    expect(generated[0], text).toBeGreaterThan(1_000);
  },
);
