export { configuredProvider } from './choose-provider.client.ts';
export type { Frame, ModerationProvider } from './provider.client.ts';
export { type Sighting, verdictOf, type SeenFrame } from './verdict.ts';
