import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createMemoryBlobStore } from '@ffapi/blob';
import type { MediaExec, RunRequest } from '@ffapi/media-exec';
import { afterAll, expect, it } from 'vitest';
import type { Attempt } from './attempt.ts';
import { runOperation, type OperationPorts } from './run-operation.ts';

const workDir = mkdtempSync(join(tmpdir(), 'ffapi-run-operation-'));
afterAll(() => rmSync(workDir, { recursive: true }));

it('keeps inputs that were fetched out of the reach of the tools', async () => {
  const blobs = createMemoryBlobStore();
  const blob = await blobs.put(Buffer.from('a film'));
  const ran: RunRequest[] = [];
  const exec = {
    run: async (request: RunRequest) => {
      ran.push(request);
      return { artifacts: [], plan: {}, warnings: [], stats: null };
    },
  } as unknown as MediaExec;
  const ports = {
    exec,
    facts: { get: async () => ({}) },
    wallClockMs: () => 1_000,
    quotaBytesLeft: async () => 1_000,
  } as unknown as OperationPorts;
  const item = { operation: 'transcode', params: {}, inputs: { source: { blob, name: 'a.mp4' } }, hardware: 'cpu' };
  const attempt = { item, workDir, blobs, signal: AbortSignal.timeout(5_000), storeLog: async () => null };
  await runOperation(ports)(attempt as unknown as Attempt);
  const [request] = ran;
  expect(request?.limits).toMatchObject({ quotaBytesMax: 1_000 });
  const source = request?.inputs.source?.path ?? '';
  expect(relative(workDir, source)).not.toMatch(/^\.\./);
  expect(relative(request?.workDir ?? '', source)).toMatch(/^\.\./);
});
