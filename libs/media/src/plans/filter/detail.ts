import { filter } from '../../filtergraph/filter.ts';
import type { FilterForms } from './applied.ts';

/** The file in which the first pass leaves the camera's path for the second. */
export const shakeFile = 'shake.trf';

export const shakeDetector = filter('vidstabdetect', { shakiness: 6, accuracy: 15, result: shakeFile });

export const detailForms: FilterForms<
  'blur' | 'sharpen' | 'noise' | 'vignette' | 'denoise' | 'stabilize' | 'deinterlace'
> = {
  blur: ({ sigma }) => ({ filters: [filter('gblur', { sigma })] }),
  sharpen: ({ amount }) => ({
    filters: [filter('unsharp', { luma_msize_x: 5, luma_msize_y: 5, luma_amount: amount })],
  }),
  noise: ({ strength }) => ({ filters: [filter('noise', { alls: strength, allf: 't+u' })] }),
  vignette: ({ strength }) => ({ filters: [filter('vignette', { angle: `PI/2*${strength}` })] }),
  denoise: ({ quality }) => ({
    filters: [
      quality === 'fast'
        ? filter('hqdn3d', { luma_spatial: 4, chroma_spatial: 3, luma_tmp: 6, chroma_tmp: 4.5 })
        : filter('nlmeans', { s: 4, p: 5, r: 9 }),
    ],
  }),
  stabilize: ({ smoothing, zoom }) => ({
    filters: [
      filter('vidstabtransform', { input: shakeFile, smoothing, optzoom: 0, zoom, crop: 'black' }),
      // Moving by parts of a pixel softens the picture a little.
      filter('unsharp', { luma_msize_x: 5, luma_msize_y: 5, luma_amount: 0.5 }),
    ],
  }),
  // Done before all others: they need whole frames.
  deinterlace: () => ({ filters: [] }),
};
