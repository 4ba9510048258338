export { type AdmitFile, createFileGate } from './admit-file.runner.ts';
export { clamdScanner } from './clamd.client.ts';
export { classifyIngestFailure, freeBytesOf, runIngest } from './ingest.runner.ts';
export { headBytes } from './refused-kinds.ts';
export { scannerHealth } from './scanner-health.state.ts';
