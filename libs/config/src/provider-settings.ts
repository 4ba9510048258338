import type { ConfigProblem } from './config-problem.ts';
import type { Setting } from './setting.ts';

/** A service outside that does what others of its family do, too. */
export interface ProviderSettings {
  readonly title: string;
  /** Settings that it cannot be called without. */
  readonly needs: readonly string[];
  readonly settings: Readonly<Record<string, Setting>>;
}

type Family = Readonly<Record<string, ProviderSettings>>;
type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;
type SettingsOf<F extends Family> = Intersection<F[keyof F]['settings']>;

export const namesOf = <F extends Family>(family: F): [keyof F & string, ...(keyof F & string)[]] =>
  Object.keys(family) as [keyof F & string, ...(keyof F & string)[]];

/** The settings of all providers of a family, in its order. */
export const settingsOf = <F extends Family>(family: F): { [K in keyof SettingsOf<F>]: SettingsOf<F>[K] } =>
  Object.assign({}, ...Object.values(family).map(({ settings }) => settings)) as SettingsOf<F>;

/** What the provider that a setting names cannot do without, and is not set. */
export const missingNeeds = (
  family: Family,
  chooser: string,
  config: Readonly<Record<string, unknown>>,
): ConfigProblem[] => {
  const name = String(config[chooser]);
  return (Object.hasOwn(family, name) ? (family[name]?.needs ?? []) : [])
    .filter((each) => config[each] === undefined)
    .map((each) => ({ name: each, value: '', problem: `${chooser}=${name} needs it` }));
};

/** Their titles as a sentence lists them. */
export const titlesOf = (family: Family): string => {
  const titles = Object.values(family).map(({ title }) => title);
  return `${titles.slice(0, -1).join('; ')}; or ${titles.at(-1)}`;
};
