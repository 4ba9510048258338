import { finished } from 'node:stream/promises';
import type { ProgressBlock } from '@ffapi/media';
import type { Command } from '../sandbox/sandbox.ts';
import type { ReadProgress } from '../tools/tool.ts';
import { groupUse } from './group-use.ts';
import { startTool, type Tool, type ToolEnd } from './launcher.ts';
import { lineSplitter, tailBuffer } from './lines.ts';

export type StopReason = 'cancelled' | 'timeout' | 'stalled' | 'too_large' | 'over_quota' | 'disk_full' | 'over_memory';

export interface ToolCall extends Command {
  readonly wallClockMs: number;
  readonly stallMs: number;
  /** Between TERM and KILL. */
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
  /** What stdout carries: a text that is kept up to `captureBytesMax`, lines that are only passed on, or reports of progress. */
  readonly stdout: 'capture' | { readonly onLine: (line: string) => void } | { readonly readProgress: ReadProgress };
  readonly onProgress?: (block: ProgressBlock) => void;
  readonly onLog?: (line: string) => void;
  readonly isComplaint?: (line: string) => boolean;
  /** More than this, all processes of the tool together, ends the run. */
  readonly memoryBytesMax?: number;
  /** Asked again and again; a reason ends the run. */
  readonly mustStop?: () => Promise<StopReason | null>;
}

export interface ToolResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly spawnError: NodeJS.ErrnoException | null;
  readonly stopped: StopReason | null;
  readonly sawEnd: boolean;
  readonly stdout: string;
  readonly stderrTail: string;
  /** Lines of stderr that were. */
  readonly complaints: number;
  readonly cpuSeconds: number;
  /** The most memory that was seen. */
  readonly peakBytes: number;
  readonly wallMs: number;
}

const captureBytesMax = 16 * 1024 * 1024;
const stderrTailBytes = 4096;
const tickMs = 250;
/** How long output may still arrive after the exit: a grandchild can hold the pipe open for ever. */
const drainMs = 300;

interface Watch {
  /** Tells the watch that the tool reported something new. */
  moved(): void;
  stop(reason: StopReason): void;
  readonly stopped: () => StopReason | null;
  readonly cpuSeconds: () => number;
  readonly peakBytes: () => number;
  end(): void;
}

/** Ends the group on cancel, wall clock, stall or size: TERM first, KILL a little later. */
const watchGroup = (tool: Tool, call: ToolCall, startedAt: number): Watch => {
  let stopped: StopReason | null = null;
  let [cpuSeconds, peakBytes] = [0, 0];
  let movedAt = performance.now();
  let killTimer: NodeJS.Timeout | undefined;
  let hasEnded = false;
  let isAsking = false;
  const stop = (reason: StopReason): void => {
    // After the end the number may already be another group's.
    if (stopped !== null || hasEnded) return;
    stopped = reason;
    tool.kill('SIGTERM');
    killTimer = setTimeout(() => tool.kill('SIGKILL'), call.graceMs ?? 5_000);
  };
  const onAbort = (): void => stop('cancelled');
  const look = async (): Promise<void> => {
    const now = performance.now();
    if (tool.pid !== undefined) {
      const use = groupUse(tool.pid);
      if (use.cpuSeconds > cpuSeconds) movedAt = now;
      cpuSeconds = Math.max(cpuSeconds, use.cpuSeconds);
      peakBytes = Math.max(peakBytes, use.residentBytes);
    }
    // At once, and by force: a tool that runs away has no second to spare.
    if (peakBytes > (call.memoryBytesMax ?? Infinity)) {
      stop('over_memory');
      tool.kill('SIGKILL');
    }
    if (now - movedAt >= call.stallMs) stop('stalled');
    if (call.mustStop === undefined || isAsking) return;
    isAsking = true;
    const reason = await call.mustStop();
    isAsking = false;
    if (reason !== null) stop(reason);
  };
  const ticker = setInterval(() => void look(), Math.min(tickMs, call.stallMs / 2));
  const leftMs = call.wallClockMs - (performance.now() - startedAt);
  const wallClock = setTimeout(() => stop('timeout'), Math.min(Math.max(0, leftMs), 2 ** 31 - 1));
  if (call.signal?.aborted) stop('cancelled');
  call.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    stop,
    moved: () => {
      movedAt = performance.now();
    },
    stopped: () => stopped,
    cpuSeconds: () => cpuSeconds,
    peakBytes: () => peakBytes,
    end: () => {
      hasEnded = true;
      clearInterval(ticker);
      clearTimeout(wallClock);
      clearTimeout(killTimer);
      call.signal?.removeEventListener('abort', onAbort);
    },
  };
};

interface Reading {
  readonly sawEnd: () => boolean;
  readonly text: () => string;
}

const readStdout = (tool: Tool, call: ToolCall, watch: Watch): Reading => {
  let pending = '';
  let kept = '';
  let sawEnd = false;
  let last = '';
  const onBlock = (block: ProgressBlock): void => {
    const mark = `${block.frame}/${block.outTimeMs}/${block.sizeBytes}`;
    if (mark !== last) watch.moved();
    last = mark;
    sawEnd ||= block.isEnd;
    call.onProgress?.(block);
  };
  tool.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (call.stdout === 'capture') {
      watch.moved();
      kept += chunk;
      // What is cut off would be read as something else.
      if (kept.length > captureBytesMax) watch.stop('too_large');
      return;
    }
    if ('onLine' in call.stdout) {
      watch.moved();
      const lines = (pending + chunk).split('\n');
      pending = (lines.pop() ?? '').slice(-65_536);
      lines.forEach(call.stdout.onLine);
      return;
    }
    const { blocks, rest } = call.stdout.readProgress(pending + chunk);
    pending = rest.slice(-65_536);
    blocks.forEach(onBlock);
  });
  return { sawEnd: () => sawEnd, text: () => kept };
};

const endedAndDrained = async (tool: Tool): Promise<ToolEnd> => {
  const drained = Promise.allSettled([
    finished(tool.stdout, { writable: false }),
    finished(tool.stderr, { writable: false }),
  ]);
  const end = await tool.ended;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs);
  });
  if (end.error === null) await Promise.race([drained, patience]);
  clearTimeout(timer);
  tool.kill('SIGKILL');
  tool.stdout.destroy();
  tool.stderr.destroy();
  return end;
};

/** Runs one tool in its own process group to its end, whatever it does; never throws, never hangs. */
export const runTool = async (call: ToolCall): Promise<ToolResult> => {
  const startedAt = performance.now();
  const tool = await startTool(call);
  const closed = endedAndDrained(tool);
  const watch = watchGroup(tool, call, startedAt);
  const tail = tailBuffer(stderrTailBytes);
  let complaints = 0;
  const stderr = lineSplitter((line) => {
    if (call.isComplaint?.(line)) complaints++;
    tail.add(line);
    call.onLog?.(line);
  });
  tool.stderr.setEncoding('utf8').on('data', stderr.push);
  const reading = readStdout(tool, call, watch);
  const end = await closed;
  watch.end();
  stderr.end();
  return {
    exitCode: end.exitCode,
    signal: end.signal,
    spawnError: end.error,
    stopped: watch.stopped(),
    sawEnd: reading.sawEnd(),
    stdout: reading.text(),
    stderrTail: tail.text(),
    complaints,
    cpuSeconds: watch.cpuSeconds(),
    peakBytes: watch.peakBytes(),
    wallMs: Math.round(performance.now() - startedAt),
  };
};
