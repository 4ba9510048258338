import { z } from 'zod';

export const priority = z.enum(['high', 'normal', 'low']);
export type Priority = z.infer<typeof priority>;

export const hardware = z.enum(['auto', 'cpu', 'gpu']);
export type Hardware = z.infer<typeof hardware>;

/** Why a job waits for people rather than for its turn. */
export const heldReason = z.enum(['moderation_review', 'moderation_unavailable']);
export type HeldReason = z.infer<typeof heldReason>;

/** Why work failed, in words for the user: whose fault, whether trying again can help, what to do. */
export const failure = z.strictObject({
  code: z.string(),
  message: z.string(),
  fault: z.enum(['input', 'request', 'system']),
  retryable: z.boolean(),
  hint: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Failure = z.infer<typeof failure>;

/** The facts of a media file that people ask for first. */
export const mediaSummary = z.strictObject({
  durationSeconds: z.number().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
});
export type MediaSummary = z.infer<typeof mediaSummary>;

/** Whether a file is known to be media: not looked at yet, it is, or it is not. */
export const mediaStatus = z.enum(['pending', 'ready', 'none']);
export type MediaStatus = z.infer<typeof mediaStatus>;

/** Whether a file has a picture or sound. */
export const isShowable = (media: MediaSummary | null): media is MediaSummary =>
  media !== null && (media.videoCodec !== null || media.audioCodec !== null || media.width !== null);

/** Whether a file has a thumbnail: a film or a picture by itself; what a folder of files shows is told by its player. */
export const hasThumbnail = (main: string | null, media: MediaSummary | null): boolean =>
  main === null && (media?.width ?? 0) > 0;

export const ffmpegStats = z.strictObject({
  frames: z.int().nullable(),
  fps: z.number().nullable(),
  speed: z.number().nullable(),
  bitrateKbps: z.number().nullable(),
  sizeBytes: z.int(),
  cpuSeconds: z.number(),
  wallMs: z.number(),
  device: z.enum(['cpu', 'gpu']),
});
export type FfmpegStats = z.infer<typeof ffmpegStats>;
