import type { Step } from '../plans/plan.ts';
import { headFilters } from './output.ts';
import { parsePhase, phaseMeter } from './phase.ts';
import { measureStep } from './source.ts';
import type { SoundSource } from './source.ts';
import type { SoundTarget } from './target.ts';

/** From here on mono is worth a warning, in dB of side above mid. */
const warnLossDb = 3;

/** Whether two channels become one: they may cancel each other out, which only measuring shows. */
export const monoNeedsPhase = ({ sound }: SoundSource, target: SoundTarget): boolean =>
  sound.channels === 2 && target.channels === 1;

/** The step whose text `channelFilters` wants, captured as `phase`. */
export const phaseStep = (source: SoundSource): Step =>
  measureStep(source, phaseMeter('phase.txt', source.sound.sampleRateHz).join(','), {
    name: 'phase',
    file: 'phase.txt',
  });

/** The filters that bring a source to the target's channels, taking one where the sum of two would be silence. */
export const channelFilters = (
  source: SoundSource,
  target: SoundTarget,
  phaseText: unknown,
  warn: (text: string) => void,
): string[] => {
  if (!monoNeedsPhase(source, target) || phaseText === undefined) return headFilters(source, target);
  const phase = parsePhase(String(phaseText));
  if (phase.isAntiPhase) {
    warn(`the channels cancel each other out: the ${phase.louder === 0 ? 'left' : 'right'} one alone is used`);
    return [`pan=mono|c0=c${phase.louder}`, ...headFilters(source, target)];
  }
  if (phase.lossDb >= warnLossDb) warn('parts of the channels cancel each other out: mono sounds quieter');
  return headFilters(source, target);
};
