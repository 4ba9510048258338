import type { ParamIssue } from '../operation.ts';
import type { MixParams } from './mix.operation.ts';

/** What is wrong with a mix beyond its schema: a loop has no end of its own, so another track must set it. */
export const checkMix = ({ tracks, duration }: MixParams): ParamIssue[] => {
  const isEndless = duration === 'first' ? tracks[0]?.loop === true : tracks.every((track) => track.loop);
  const message = 'a looped track has no end: the track that ends the mix must not loop';
  return isEndless ? [{ pointer: '/tracks/0/loop', code: 'param_conflict', message }] : [];
};
