import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../sandbox/create-sandbox.ts';
import type { SandboxLevel } from '../sandbox/sandbox.ts';
import { runTool } from './run-tool.ts';

export interface TextToolCall {
  /** A program of the system. */
  readonly tool: string;
  /** The name of the file with the text is added. */
  readonly argv: readonly string[];
  readonly text: string;
  readonly signal: AbortSignal;
}

export type RunTextTool = (call: TextToolCall) => Promise<{ readonly ok: boolean; readonly stdout: string }>;

const wallClockMs = 900_000;
const stallMs = 120_000;

/** Runs programs that read a text and print another, in the sandbox of the media tools: no network, no other file. */
export const createTextTools =
  (options: { readonly sandbox: SandboxLevel }): RunTextTool =>
  async ({ tool, argv, text, signal }) => {
    const sandbox = createSandbox(options);
    const workDir = await mkdtemp(join(tmpdir(), 'ffapi-text-'));
    try {
      await mkdir(join(workDir, 'scratch'));
      await writeFile(join(workDir, 'scratch', 'text'), text);
      const command = sandbox.wrap(tool, [...argv, 'text'], { inputs: {}, workDir });
      const result = await runTool({ ...command, wallClockMs, stallMs, signal, stdout: 'capture' });
      return { ok: result.stopped === null && result.exitCode === 0, stdout: result.stdout };
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  };
