export * from './work.ts';
export * from './requests.ts';
