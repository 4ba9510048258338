export * from './alerting.service.ts';
export { builtInRules } from './domain/built-in-rules.ts';
