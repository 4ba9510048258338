import type { VideoFilter } from '@ffapi/contracts';
import { smallFilm } from '../material.ts';
import type { Material } from '../material.ts';
import type { Made, MeasuredCase, Verdict } from '../measured-case.ts';
import { together, within } from '../measured-case.ts';
import { frameCount } from '../picture-measures.ts';

/** Encoding that changes nothing. */
export const lossless = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '0', '-pix_fmt', 'yuv420p'];

/** A second of the film, small and without loss, with its sound; what costs time is measured on it. */
export const clip = async (material: Material): Promise<string> =>
  material.made('clip.mp4', '-ss', '12.5', '-i', await smallFilm(material), '-frames:v', '24', '-t', '1', ...lossless);

export const clipFrames = 24;

/** The clip with another graph on it, stored without loss. */
export const altered = async (material: Material, name: string, graph: string): Promise<string> =>
  material.made(name, '-i', await clip(material), '-vf', graph, '-an', ...lossless);

/** A picture with a see-through border. */
export const logo = ({ made }: Material): Promise<string> =>
  made(
    'logo.png',
    '-f',
    'lavfi',
    '-i',
    'smptebars=s=80x40,format=rgba,pad=120:60:20:10:color=black@0',
    '-frames:v',
    '1',
  );

type Given = Readonly<Record<string, unknown>> & { readonly type: VideoFilter['type'] };

interface FilterCase {
  readonly name: string;
  readonly filters: readonly Given[];
  readonly source?: (material: Material) => Promise<string>;
  readonly sides?: (material: Material) => Promise<Readonly<Record<string, string>>>;
  readonly frames?: number;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly measure: (out: string, source: string, made: Made) => Promise<Verdict>;
}

/** A case that encodes without loss, so that only the filter is measured; its frames are counted in any case. */
export const filterCase = (one: FilterCase): MeasuredCase => ({
  name: one.name,
  operation: 'video.filter',
  params: { filters: one.filters, preset: 'fast', crf: 0, ...one.more },
  inputs: async (material) => ({
    source: await (one.source ?? clip)(material),
    ...(one.sides ? await one.sides(material) : {}),
  }),
  measure: async (made) => {
    const wanted = one.frames ?? clipFrames;
    return together(
      within({ frames: [await frameCount(made.path()), wanted, wanted] }),
      await one.measure(made.path(), made.inputs.source ?? '', made),
    );
  },
});
