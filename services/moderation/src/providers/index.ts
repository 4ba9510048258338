export { configuredProvider } from './choose-provider.client.ts';
export { ModerationFailure, type Frame, type ModerationProvider } from './provider.ts';
export { type Sighting, verdictOf, type SeenFrame } from './verdict.ts';
