import type { VideoFilter, VideoFilterType } from '@ffapi/contracts';
import type { Applied, FilterContext, FilterForm, FilterForms } from './applied.ts';
import { colourForms } from './colour.ts';
import { detailForms } from './detail.ts';
import { geometryForms } from './geometry.ts';
import { overlayForms } from './overlay.ts';
import { timingForms } from './timing.ts';

/** The form of every filter: a type without one does not compile. */
const forms: FilterForms<VideoFilterType> = {
  ...colourForms,
  ...detailForms,
  ...geometryForms,
  ...overlayForms,
  ...timingForms,
};

/** What one filter of a request adds to the graph. */
export const applyFilter = (one: VideoFilter, context: FilterContext): Applied =>
  (forms[one.type] as FilterForm<VideoFilterType>)(one.params as never, context);

/** Filters that FFmpeg has in 8 bits only. */
const shallow: ReadonlySet<VideoFilterType> = new Set(['noise', 'vignette', 'stabilize', 'chromakey']);

export const worksInEightBitsOnly = (one: VideoFilter): boolean =>
  shallow.has(one.type) || (one.type === 'denoise' && one.params.quality === 'quality');

/** Filters that move pixels as they are, with how transparent they are. */
const clear: ReadonlySet<VideoFilterType> = new Set(['rotate', 'flip', 'crop', 'scale', 'fade', 'speed']);

export const keepsAlpha = ({ type }: VideoFilter): boolean => clear.has(type);

const rangeFree: ReadonlySet<VideoFilterType> = new Set([
  'blur',
  'sharpen',
  'denoise',
  'deinterlace',
  'rotate',
  'flip',
  'crop',
  'scale',
  'fade',
  'speed',
]);

/** Filters whose colours or amounts mean something on SDR pictures only. */
export const needsSdr = (one: VideoFilter): boolean => !rangeFree.has(one.type);
