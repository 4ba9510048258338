export { projected } from './projected.ts';
export { startReadSide } from './read-side.state.ts';
