export { openWebhooks } from './webhook.handlers.ts';
