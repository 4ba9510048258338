import type { ConcatParams } from '@ffapi/contracts';
import { canvasOf, alphaWarnings, pictureWarnings } from '../../canvas/canvas.ts';
import { estimateOf, mp4Output, painterOf } from '../../canvas/mp4.ts';
import { chapterLosses } from '../../encode/chapters.ts';
import type { PlanFn } from '../plan.ts';
import { clipsOf } from './clips.ts';
import { lookAlike, parametersOf, parameterSteps } from './copy.ts';
import { checkCrossfade, crossfadePlan, overlappedMs } from './crossfade.ts';
import { copiedPiecesPlan, piecesPlan } from './pieces.ts';

/** The plan of a concatenation: copied where the clips really are alike, otherwise encoded clip by clip. */
export const planConcat: PlanFn<ConcatParams> = ({ params, facts, caps, hardware, measured }) => {
  const canvas = canvasOf(params);
  const clips = clipsOf(params, facts, canvas);
  const crossfade = clips.length > 1 ? params.crossfade : undefined;
  const mayCopy = crossfade === undefined && lookAlike(clips, canvas);
  const parameters = mayCopy ? parametersOf(clips, measured) : 'different';
  const base = { device: 'cpu', outputs: [], warnings: [], estimate: { durationMs: 100 * clips.length } } as const;
  if (parameters === 'unknown') return { ...base, kind: 'measure', steps: parameterSteps(clips) };
  const hasSound = clips.some((clip) => clip.facts.audio.length > 0);
  const totalMs = crossfade
    ? overlappedMs(clips, crossfade)
    : clips.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const result = { clips: clips.length };
  const losses = chapterLosses(clips.map((clip) => clip.facts));
  if (parameters === 'same') {
    return {
      ...base,
      kind: 'run',
      ...copiedPiecesPlan(clips, { hasSound, totalMs }),
      outputs: [mp4Output(canvas, totalMs, hasSound)],
      warnings: losses,
      result: { ...result, method: 'copy' },
    };
  }
  if (crossfade) checkCrossfade(clips, crossfade);
  const pictures = clips.map(({ picture }) => picture);
  const warnings = [...pictureWarnings(pictures), ...alphaWarnings(pictures), ...losses];
  const painter = painterOf(params.preset, { caps, hardware, warn: (text) => void warnings.push(text) });
  const context = { canvas, painter, hasSound, totalMs };
  return {
    kind: 'run',
    device: painter.encoder.device,
    ...(crossfade ? crossfadePlan(clips, crossfade, context) : piecesPlan(clips, context)),
    outputs: [mp4Output(canvas, totalMs, hasSound)],
    result: { ...result, method: 'encode' },
    warnings,
    estimate: estimateOf(canvas, totalMs, painter),
  };
};
