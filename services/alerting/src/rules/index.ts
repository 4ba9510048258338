export { builtInRules } from './built-in-rules.ts';
export { ruleEvaluation } from './evaluate-rules.ts';
export { isRate } from './reading.ts';
export { openRules, seedRules } from './rules-in-force.state.ts';
export { openReadings } from './take-readings.runner.ts';
