import type { AlertRule, RuleEvent } from '@ffapi/contracts';
import { evolveBy, type Decider } from '@ffapi/es';

/** Who defines the rules that every platform has. */
export const builtIn = 'built-in';

export interface DefineRule {
  readonly type: 'DefineRule';
  readonly rule: AlertRule;
  readonly by: string;
}

export type RuleState = RuleEvent['data'] | null;

const isSame = (a: AlertRule, b: AlertRule): boolean =>
  (Object.keys(a) as (keyof AlertRule)[]).every((name) => a[name] === b[name]);

/** A rule as it is in force; what a person has defined is not taken back by a start. */
export const ruleDecider: Decider<DefineRule, RuleEvent, RuleState> = {
  initialState: null,
  decide: ({ rule, by }, state) => {
    if (state && (isSame(rule, state.rule) || (by === builtIn && state.by !== builtIn))) return [];
    return [{ type: 'RuleDefined', version: 1, data: { rule, by } }];
  },
  evolve: evolveBy<RuleEvent, RuleState>({ RuleDefined: (_, data) => data }),
};
