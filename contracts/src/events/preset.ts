import { z } from 'zod';
import type { EventOf } from '../kernel/event.ts';

const ofPreset = { apiKeyId: z.string(), name: z.string() };

export const presetEvents = {
  /** Defined, or defined anew: `presetVersion` counts up and never begins again. */
  PresetDefined: {
    1: z.strictObject({
      ...ofPreset,
      presetVersion: z.int().min(1),
      operation: z.string(),
      fields: z.record(z.string(), z.unknown()),
    }),
  },
  PresetDeleted: { 1: z.strictObject(ofPreset) },
} as const;
export type PresetEvent = EventOf<typeof presetEvents>;
export type PresetDefinedData = Extract<PresetEvent, { type: 'PresetDefined' }>['data'];
