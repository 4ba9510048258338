export { findPage, ownEndpoint, endpointRequests } from './answer-endpoint-requests.consumer.ts';
export { type DecryptSecret, cacheDecrypted } from './decrypted-secrets.state.ts';
export { EndpointDirectory } from './endpoint-directory.state.ts';
export { secretsInForce, endpointDecider, hasFailedTooLong, type EndpointCommand } from './endpoint.decider.ts';
export { type EndpointDocument, endpoints } from './endpoints.projection.ts';
export { takesEvent } from './event-filter.ts';
export { signMessage, userHeaders } from './signature.ts';
export { tenantSecret } from './tenant-secret.client.ts';
