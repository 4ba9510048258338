export { createCaller, parsedJson, type Caller, type ServiceAnswer } from './caller.ts';
export { isOutboundFailure, OutboundFailure } from './outbound-failure.ts';
export { tryAgain, type TryOptions } from './try-again.ts';
