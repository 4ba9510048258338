export { deliveryRequests } from './answer-delivery-requests.consumer.ts';
export { deliveries, type DeliveryDocument } from './deliveries.projection.ts';
export { deliveryDecider } from './delivery.decider.ts';
export { jobData } from './event-payload.ts';
export { makeCall, type CallPorts, type CallOutcome } from './make-call.client.ts';
export type { JustWritten } from './record.runner.ts';
export { Sender, type SenderPorts } from './sender.runner.ts';
export { TenantScheduler } from './tenant-scheduler.ts';
