import type { FilterParams } from './filter/filter.operation.ts';
import type { Pool } from './operation.ts';
import { operations, type OperationId } from './registry.ts';
import { transcodeIntent } from './transcode/intent.ts';
import type { Hardware } from './transcode/formats.ts';
import type { TranscodeParams } from './transcode/transcode.operation.ts';

/** The encoders of GPUs, by the codec they make. */
export const gpuEncoders = { h264: 'h264_nvenc', hevc: 'hevc_nvenc', av1: 'av1_nvenc' } as const;
export type GpuEncoder = (typeof gpuEncoders)[keyof typeof gpuEncoders];

interface GpuWork {
  /** The one that a GPU must have for the request. */
  readonly encoder: GpuEncoder;
  /** Where the request itself says that it runs, by an encoder's name. */
  readonly named: 'cpu' | 'gpu' | null;
}

const h264: GpuWork = { encoder: gpuEncoders.h264, named: null };

const ofTranscode = (params: TranscodeParams): GpuWork | null => {
  const { video, encoderHardware: named } = transcodeIntent(params);
  return video === 'h264' || video === 'hevc' || video === 'av1' ? { encoder: gpuEncoders[video], named } : null;
};

/** What a GPU would encode, for each operation that has a pool of GPUs. */
const works: { readonly [K in OperationId]?: (params: never) => GpuWork | null } = {
  transcode: ofTranscode,
  // Above 8 bits it is HEVC, which only the file can tell; a GPU that encodes H.264 encodes HEVC.
  'video.filter': ({ output_format }: FilterParams) => (output_format === 'webm' ? null : h264),
  'video.concat': () => h264,
  'compose.from_urls': () => h264,
  'compose.from_tracks': () => h264,
};

export interface GpuRoute {
  readonly encoder: GpuEncoder;
  readonly wish: 'auto' | 'gpu';
  readonly pools: { readonly cpu: Pool; readonly gpu: Pool };
}

/** What a GPU could do for a request, with checked parameters; `null` when it has nothing for one, or wants none. */
export const gpuRouteOf = (
  operation: OperationId,
  params: Readonly<Record<string, unknown>>,
  hardware: Hardware,
): GpuRoute | null => {
  const { cpu, gpu } = operations[operation].pools;
  const work = works[operation]?.(params as never) ?? null;
  // An encoder's name says where it runs, whatever `hardware` says.
  const wish = work?.named ?? hardware;
  return gpu === undefined || work === null || wish === 'cpu'
    ? null
    : { encoder: work.encoder, wish, pools: { cpu, gpu } };
};
