export { openShared, type Shared } from './shared.state.ts';
