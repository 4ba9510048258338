export { scannerHealth } from './consumers/scanner-health.ts';
export * from './storage.service.ts';
