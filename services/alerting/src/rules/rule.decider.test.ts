import type { AlertRule, RuleEvent } from '@ffapi/contracts';
import { given } from '@ffapi/es-testing';
import { it } from 'vitest';
import { builtInRules } from './built-in-rules.ts';
import { builtIn, ruleDecider } from './rule.decider.ts';

const [rule] = builtInRules as [AlertRule];
const changed = { ...rule, threshold: 0.5 };
const defined = (ref: AlertRule, by = builtIn): RuleEvent => ({
  type: 'RuleDefined',
  version: 1,
  data: { rule: ref, by },
});
const define = (ref: AlertRule, by = builtIn) => ({ type: 'DefineRule', rule: ref, by }) as const;

it('is written down once, and again when another version has another', () => {
  given(ruleDecider, [])
    .when(define(rule))
    .then([defined(rule)]);
  given(ruleDecider, [defined(rule)])
    .when(define(rule))
    .thenNothing();
  given(ruleDecider, [defined(rule)])
    .when(define(changed))
    .then([defined(changed)]);
});

it('is not taken back from a person who has changed it', () => {
  const history = [defined(rule), defined(changed, 'key_admin')];
  given(ruleDecider, history).when(define(rule)).thenNothing();
  given(ruleDecider, history)
    .when(define(rule, 'key_admin'))
    .then([defined(rule, 'key_admin')]);
});
