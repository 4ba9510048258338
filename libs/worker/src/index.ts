export { sizedValue, type Attempt, type ProgressReport } from './attempt.ts';
export * from './task-runner.ts';
export * from './worker.ts';
export { createFactsCache, type FactsCache } from './facts-cache.ts';
export { watchGpu, type GpuWatch } from './gpu-watch.ts';
export * from './media-worker.ts';
export { probeBlob, type Found, type ProbePorts } from './probe-blob.ts';
export { thumbnailOfBlob } from './thumbnail-of-blob.ts';
export { classifyMediaFailure, localInput, runOperation, runPlanOnly, type OperationPorts } from './run-operation.ts';
