export * from './scopes.ts';
export * from './quota.ts';
