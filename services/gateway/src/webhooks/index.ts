export { webhookHandlers } from './webhook.handlers.ts';
