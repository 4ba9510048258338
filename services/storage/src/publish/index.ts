export { runPublish } from './publish.runner.ts';
