import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync, openSync, fsyncSync, closeSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { countHelper, noteTransfer, watchHost } from './host-metrics.ts';
import { createMetrics } from './metrics.ts';

/** The value of a sample in the text of a scrape. */
const valueOf = (text: string, sample: string): number | null => {
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
  return line === undefined ? null : Number(line.slice(sample.length + 1));
};

it('tells the old names from what the new ones hold', async () => {
  const metrics = createMetrics();
  const answer = (status: number, seconds: number): void => {
    metrics.httpRequests.inc({ route: '/v1/jobs', method: 'GET', status: String(status) });
    metrics.httpDuration.observe({ route: '/v1/jobs' }, seconds);
  };
  answer(200, 0.01);
  answer(200, 0.02);
  answer(404, 0.03);
  metrics.queueDepth.set({ pool: 'transcode-cpu' }, 7);
  metrics.queueDepth.set({ pool: 'audio' }, 2);
  metrics.queueWait.observe(3);
  const first = await metrics.text();
  expect(valueOf(first, 'ffapi_requests_total{path="/v1/jobs",result="success"}')).toBe(2);
  expect(valueOf(first, 'ffapi_requests_total{path="/v1/jobs",result="error"}')).toBe(1);
  expect(valueOf(first, 'ffapi_request_errors_total')).toBe(1);
  expect(valueOf(first, 'ffapi_request_duration_average_ms')).toBe(20);
  expect(valueOf(first, 'ffapi_request_success_rate_ratio')).toBeCloseTo(2 / 3);
  expect(valueOf(first, 'ffapi_queue_current_requests')).toBe(9);
  expect(valueOf(first, 'ffapi_queue_avg_wait_ms')).toBe(3_000);
  metrics.queueDepth.reset();
  answer(200, 0.02);
  const second = await metrics.text();
  expect(valueOf(second, 'ffapi_recent_window_total')).toBe(1);
  expect(valueOf(second, 'ffapi_recent_success_rate_ratio')).toBe(1);
  expect(valueOf(second, 'ffapi_queue_current_requests')).toBe(0);
  expect(valueOf(second, 'ffapi_queue_max_depth')).toBe(9);
});

it('tells what the machine is busy with, and how fast files go', async () => {
  const metrics = createMetrics();
  watchHost(metrics);
  // Beside the sources: a folder in memory is no disk.
  const dir = mkdtempSync(join(import.meta.dirname, '.metrics-'));
  const file = openSync(join(dir, 'written'), 'w');
  writeFileSync(file, Buffer.alloc(1 << 20, 1));
  fsyncSync(file);
  closeSync(file);
  rmSync(dir, { recursive: true });
  noteTransfer(metrics, 'upload', 10 << 20, 1_000);
  noteTransfer(metrics, 'upload', 100, 1);
  const busyUntilMs = performance.now() + 50;
  while (performance.now() < busyUntilMs);
  const text = await metrics.text();
  const cpu = valueOf(text, 'ffapi_cpu_utilization_ratio') ?? -1;
  expect(cpu).toBeGreaterThan(0);
  expect(cpu).toBeLessThanOrEqual(1);
  expect(valueOf(text, 'ffapi_disk_io_bytes_total{direction="write"}')).toBeGreaterThanOrEqual(1 << 20);
  expect(valueOf(text, 'ffapi_transfer_bytes_per_second_count{direction="upload"}')).toBe(1);
  expect(valueOf(text, 'ffapi_transfer_bytes_per_second_sum{direction="upload"}')).toBe(10 << 20);
});

it('counts what a helper and its programs write once, while it runs and afterwards', async () => {
  const metrics = createMetrics();
  watchHost(metrics);
  const written = async (): Promise<number> =>
    valueOf(await metrics.text(), 'ffapi_disk_io_bytes_total{direction="write"}') ?? 0;
  // Beside the sources: a folder in memory is no disk.
  const dir = mkdtempSync(join(import.meta.dirname, '.metrics-'));
  const before = await written();
  const script = `dd if=/dev/zero of='${dir}/written' bs=1M count=4 conv=fsync 2>&1; echo; read -r _`;
  const helper = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  countHelper(() => (helper.exitCode === null ? helper.pid : undefined));
  let said = '';
  for await (const chunk of helper.stdout) if ((said += String(chunk)).includes('\n\n')) break;
  const during = (await written()) - before;
  helper.stdin.end('\n');
  await once(helper, 'exit');
  const after = (await written()) - before;
  rmSync(dir, { recursive: true });
  for (const bytes of [during, after]) {
    expect(bytes).toBeGreaterThanOrEqual(4 << 20);
    expect(bytes).toBeLessThan(6 << 20);
  }
});
