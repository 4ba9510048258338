import { join } from 'node:path';
import { oneClockFile, oneClockStep } from '@ffapi/media';
import { probeFile } from './probe-file.ts';
import type { RunInput } from './run-input.ts';
import { runSteps } from './run-steps.ts';
import type { StepContext } from './run-steps.ts';

/** The inputs, with copies instead of those whose clock starts anew: no plan has to know of such. */
export const withOneClock = async (
  inputs: Readonly<Record<string, RunInput>>,
  context: StepContext,
): Promise<Readonly<Record<string, RunInput>>> => {
  const ready: Record<string, RunInput> = { ...inputs };
  for (const [name, { facts }] of Object.entries(inputs)) {
    const step = oneClockStep(name, facts);
    if (step === null) continue;
    await runSteps([step], context, { from: 0, to: 0 });
    const path = join(context.mounts.workDir, 'scratch', oneClockFile(name));
    const copy = await probeFile(context.tools, path, { signal: context.signal });
    ready[name] = { path, facts: { ...copy.facts, unheard: facts.unheard } };
  }
  return ready;
};
