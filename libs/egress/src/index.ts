export type { ByteStream, ByteStreamOptions } from './byte-stream.ts';
export { classifyAddress, type AddressClass } from './addresses.ts';
export type { Dialler, DialTarget, Resolver } from './dial.ts';
export type { DownloadOptions, Downloaded, DownloadProgress } from './download.ts';
export { createEgress, type Egress, type EgressOptions } from './egress.ts';
export { EgressFailure } from './failure.ts';
export { guardUrl, redactUrl, type UrlRules } from './guard-url.ts';
export { fetchHeaderNames } from './headers.ts';
export type { PostAnswer, PostOptions } from './post.ts';
