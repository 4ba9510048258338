import type { VideoFilterParams, VideoFilterType } from '@ffapi/contracts';
import type { ColourMatrix } from '../../colour/colour-matrix.ts';
import type { Rational, VideoFacts } from '../../facts/media-facts.ts';
import type { PixelFormat } from '../../encode/picture.ts';
import type { ScreenColour } from './screen.ts';

/** The picture at one place of the chain. */
export interface PictureState {
  readonly width: number;
  readonly height: number;
  readonly fps: Rational;
  readonly isVfr: boolean;
  readonly frames: number | null;
  readonly durationMs: number | null;
  /** How many seconds of the source pass in a second of this. */
  readonly tempo: number;
}

/** An image or video that a filter's parameters name. */
export interface SideMedia {
  /** Its pad in the graph, with brackets. */
  readonly pad: string;
  readonly picture: VideoFacts;
}

export interface FilterContext {
  /** Place in the list, which makes names unique. */
  readonly at: number;
  readonly picture: PictureState;
  readonly pixels: PixelFormat['name'];
  readonly matrix: ColourMatrix;
  /** The colour that a key takes, as it was named or found. */
  readonly screen: (params: VideoFilterParams<'chromakey'>) => ScreenColour;
  readonly side: (field: 'image_url' | 'background_url') => SideMedia;
}

/** What one filter adds to the graph. */
export interface Applied {
  /** Filters in a row. */
  readonly filters?: readonly string[];
  /** Chains between two pads, for filters with more inputs than the picture; `filters` is absent then. */
  readonly branches?: (from: string, to: string) => readonly string[];
  readonly sound?: readonly string[];
  readonly changes?: Partial<PictureState>;
  readonly scratch?: Readonly<Record<string, string>>;
}

/** The form that one type of filter takes in FFmpeg. */
export type FilterForm<T extends VideoFilterType> = (params: VideoFilterParams<T>, context: FilterContext) => Applied;

export type FilterForms<T extends VideoFilterType> = { readonly [K in T]: FilterForm<K> };
