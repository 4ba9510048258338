export * from './alerting.service.ts';
export { builtInRules } from './rules/index.ts';
