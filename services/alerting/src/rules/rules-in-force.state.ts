import { ruleAggregate, ruleStream, type AlertRule, type RuleEvent } from '@ffapi/contracts';
import { commander, followIntoMemory, type Running, type ServiceContext } from '@ffapi/service-kit';
import { builtIn, ruleDecider } from './rule.decider.ts';

/** Writes down the rules that every platform has, where they are not yet, or were others in an earlier version. */
export const seedRules = async (context: ServiceContext, rules: readonly AlertRule[]): Promise<void> => {
  const decide = commander(context, ruleDecider, ruleStream);
  for (const rule of rules)
    await decide(rule.name, { type: 'DefineRule', rule, by: builtIn }, { causationId: builtIn });
};

/** The rules as their events tell, by name. */
export const openRules = async (
  context: ServiceContext,
): Promise<Running & { readonly rules: ReadonlyMap<string, AlertRule> }> => {
  const rules = new Map<string, AlertRule>();
  const { stop } = await followIntoMemory<RuleEvent>(context, {
    streams: [ruleAggregate.pattern],
    apply: (commits) => {
      for (const { data } of commits.flatMap(({ events }) => events)) rules.set(data.rule.name, data.rule);
    },
  });
  return { rules, stop };
};
