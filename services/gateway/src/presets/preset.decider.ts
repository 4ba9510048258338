import type { PresetEvent } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';

export interface Preset {
  readonly version: number;
  readonly operation: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type PresetCommand =
  | ({ readonly type: 'DefinePreset'; readonly apiKeyId: string; readonly name: string } & Omit<Preset, 'version'>)
  | { readonly type: 'DeletePreset'; readonly apiKeyId: string; readonly name: string };

/** All presets of one tenant; `versions` remembers those of deleted ones. */
export interface PresetState {
  readonly presets: Readonly<Record<string, Preset>>;
  readonly versions: Readonly<Record<string, number>>;
}

const presetsMax = 200;

const decide = (command: PresetCommand, { presets, versions }: PresetState): readonly PresetEvent[] => {
  const { apiKeyId, name } = command;
  const known = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (command.type === 'DeletePreset') {
    if (!known) return refuse('preset_not_found');
    return [{ type: 'PresetDeleted', version: 1, data: { apiKeyId, name } }];
  }
  const { operation, fields } = command;
  if (known && known.operation === operation && JSON.stringify(known.fields) === JSON.stringify(fields)) return [];
  if (!known && Object.keys(presets).length >= presetsMax) return refuse('preset_limit');
  const presetVersion = (Object.hasOwn(versions, name) ? (versions[name] ?? 0) : 0) + 1;
  return [{ type: 'PresetDefined', version: 1, data: { apiKeyId, name, presetVersion, operation, fields } }];
};

const evolve = evolveBy<PresetEvent, PresetState>({
  PresetDefined: ({ presets, versions }, { name, presetVersion: version, operation, fields }) => ({
    presets: { ...presets, [name]: { version, operation, fields } },
    versions: { ...versions, [name]: version },
  }),
  PresetDeleted: ({ presets, versions }, { name }) => ({
    versions,
    presets: Object.fromEntries(Object.entries(presets).filter(([other]) => other !== name)),
  }),
});

/** A tenant's presets: each definition is a new version, and no version is used twice. */
export const presetDecider: Decider<PresetCommand, PresetEvent, PresetState> = {
  initialState: { presets: {}, versions: {} },
  decide,
  evolve,
};
