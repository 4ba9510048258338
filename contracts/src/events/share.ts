import { z } from 'zod';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';

const ofShare = { shareId: idOf('share'), apiKeyId: z.string() };

export const shareCreated = z.strictObject({
  ...ofShare,
  fileId: idOf('file'),
  title: z.string().nullable(),
  /** In the PHC string format; `null`: whoever has the link may open it. */
  passwordHash: z.string().nullable(),
  /** `null`: any number. */
  downloadsMax: z.int().min(1).nullable(),
  /** `null`: for as long as the file is there. */
  expiresAt: z.iso.datetime().nullable(),
});
export type ShareCreatedData = z.infer<typeof shareCreated>;

export const shareAggregate = defineAggregate({
  kind: 'share',
  stream: '{shareId}',
  parts: { shareId: 'The share.' },
  describes: 'A file that whoever has the link can fetch.',
  events: {
    ShareCreated: { 1: shareCreated },
    /** Its file was fetched. One at a time where their number is limited, else counted together. */
    ShareDownloaded: { 1: z.strictObject({ ...ofShare, downloads: z.int().min(1) }) },
    ShareRevoked: { 1: z.strictObject({ ...ofShare, by: z.string() }) },
  },
});
export type ShareEvent = EventOf<typeof shareAggregate>;

export const shareStream = shareAggregate.streamOf;
