export * from './scopes.ts';
export * from './quota.ts';
export * from './address-range.ts';
export * from './limits.ts';
export * from './platform-settings.ts';
export * from './user-name.ts';
