import { changeOverrides, type PlatformSettings, type SettingEvent, type SettingsChange } from '@ffapi/contracts';
import { evolveBy, type Decider } from '@ffapi/es';

export interface ChangeSettings {
  readonly changes: SettingsChange;
  readonly by: string;
}

/** Only what was set at runtime; what is configured counts for the rest. */
type Overrides = Partial<PlatformSettings>;

const decide = ({ changes, by }: ChangeSettings, overrides: Overrides): readonly SettingEvent[] => {
  const real = Object.entries(changes).filter(
    ([name, value]) => JSON.stringify(overrides[name as keyof Overrides] ?? null) !== JSON.stringify(value),
  );
  if (real.length === 0) return [];
  return [{ type: 'SettingsChanged', version: 1, data: { changes: Object.fromEntries(real), by } }];
};

/** What was set at runtime; what says nothing new changes nothing. */
export const settingsDecider: Decider<ChangeSettings, SettingEvent, Overrides> = {
  initialState: {},
  decide,
  evolve: evolveBy<SettingEvent, Overrides>({
    SettingsChanged: (overrides, { changes }) => changeOverrides(overrides, changes),
  }),
};
