import { join } from 'node:path';
import { glyphCheck, glyphWarnings } from '@ffapi/media';
import type { Plan } from '@ffapi/media';
import { writeBesideTool } from './output/tool-files.ts';
import { progressMeter } from './progress.ts';
import { runSteps } from './run-steps.ts';
import type { StepContext } from './run-steps.ts';

/** Warnings of letters that a plan draws and this machine has no font for; the tool would draw boxes and succeed. */
export const missingLetters = async ({ drawn }: Plan, context: StepContext, fontsDir?: string): Promise<string[]> => {
  if (drawn === undefined || drawn.letters.length === 0) return [];
  const { step, scratch } = glyphCheck(drawn, fontsDir);
  const { workDir } = context.mounts;
  for (const [name, text] of Object.entries(scratch))
    await writeBesideTool(workDir, join(workDir, 'scratch', name), text);
  const log: string[] = [];
  const silent = progressMeter(
    () => {},
    () => performance.now(),
  );
  await runSteps([step], { ...context, meter: silent, onLog: (line) => void log.push(line) }, { from: 0, to: 1 });
  return glyphWarnings(drawn, log);
};
