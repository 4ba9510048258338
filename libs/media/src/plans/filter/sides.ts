import { inputAt } from '@ffapi/contracts';
import type { FilterParams } from '@ffapi/contracts';
import { guardedInput } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { alphaDecoding } from '../../colour/alpha.ts';
import { pictureOf } from '../../facts/media-facts.ts';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { refusePlan } from '../plan.ts';
import type { PlanInput } from '../plan.ts';
import type { SideMedia } from './applied.ts';

const sideFields = ['image_url', 'background_url'] as const;

/** A picture that a filter brings in. */
export interface Side {
  readonly name: string;
  readonly loops: boolean;
}

/** The media that filters bring in, in the order of their `-i`. */
export const sidesOf = ({ filters }: FilterParams): Side[] =>
  filters.flatMap(({ params }, at) =>
    sideFields
      .filter((field) => field in params)
      .map((field) => ({
        name: inputAt('filters', at, 'params', field),
        loops: 'loop' in params && params.loop,
      })),
  );

/** The input of a side; a still is one picture however often it is read. */
export const sideInput = ({ name, loops }: Side, media: MediaFacts | undefined): Token[] => {
  const demuxer = media?.demuxer ?? '';
  const again = loops && !demuxer.endsWith('_pipe') ? ['-stream_loop', '-1'] : [];
  return guardedInput(name, demuxer, [...again, ...alphaDecoding(media ? pictureOf(media) : null)]);
};

/** The side of this name, as filters take it in. */
export const sideOf = ({ facts, params }: PlanInput<FilterParams>, name: string): SideMedia => {
  const media = facts[name];
  const picture = media && pictureOf(media);
  if (!picture) return refusePlan('media_no_video_stream', `${name} has no picture`);
  const place = sidesOf(params).findIndex((side) => side.name === name);
  return { pad: `[${place + 1}:${picture.index}]`, picture };
};
