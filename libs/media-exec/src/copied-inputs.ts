import { join } from 'node:path';
import { oneClockFile, oneClockStep, redrawnFile, redrawStep } from '@ffapi/media';
import type { MediaFacts, Step } from '@ffapi/media';
import { probeFile } from './probe-file.ts';
import type { RunInput } from './run-input.ts';
import { runSteps } from './run-steps.ts';
import type { StepContext } from './run-steps.ts';

const copyOf = (name: string, facts: MediaFacts): { readonly step: Step; readonly file: string } | null => {
  const [straight, drawn] = [oneClockStep(name, facts), redrawStep(name, facts)];
  if (straight !== null) return { step: straight, file: oneClockFile(name) };
  return drawn === null ? null : { step: drawn, file: redrawnFile(name) };
};

/**
 * The inputs, with copies instead of those whose clock starts anew, and of stills that lie on their side: no plan has to
 * know of such. A file that is several inputs is copied once.
 */
export const withCopies = async (
  inputs: Readonly<Record<string, RunInput>>,
  context: StepContext,
  { redraws }: { readonly redraws: boolean },
): Promise<Readonly<Record<string, RunInput>>> => {
  const ready: Record<string, RunInput> = { ...inputs };
  const copies = new Map<string, RunInput>();
  for (const [name, { path, facts }] of Object.entries(inputs)) {
    const copy = copyOf(name, facts);
    if (copy === null || (facts.redraw !== undefined && !redraws)) continue;
    const known = copies.get(path);
    if (known === undefined) await runSteps([copy.step], context, { from: 0, to: 0 });
    const made = known?.path ?? join(context.mounts.workDir, 'scratch', copy.file);
    const { facts: own } = known ?? (await probeFile(context.tools, made, { signal: context.signal }));
    ready[name] = { path: made, facts: { ...own, unheard: facts.unheard } };
    copies.set(path, ready[name]);
  }
  return ready;
};
