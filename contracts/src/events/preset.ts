import { z } from 'zod';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';

const ofPreset = { apiKeyId: z.string(), name: z.string() };

export const presetAggregate = defineAggregate({
  kind: 'preset',
  stream: '{apiKeyId}',
  parts: { apiKeyId: 'The tenant.' },
  describes: 'The presets of a tenant.',
  events: {
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
  },
});
export type PresetEvent = EventOf<typeof presetAggregate>;

/** One stream holds all presets of a tenant. */
export const presetStream = presetAggregate.streamOf;
export type PresetDefinedData = Extract<PresetEvent, { type: 'PresetDefined' }>['data'];
