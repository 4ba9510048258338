export { startProbing } from './probe-uploads.runner.ts';
export { unprobedFiles } from './unprobed-files.projection.ts';
