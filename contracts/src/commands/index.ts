export { messageFault } from './message-fault.ts';
export { maySee, visibleTo } from './ownership.ts';
export type {
  AcceptRequest,
  Actor,
  QueuePlace,
  RequestOrigin,
  StoredFile,
  WebhookChange,
  WebhookInput,
} from './request-shapes.ts';
export * from './requests.ts';
export * from './work.ts';
