export { buryForgotten, watchPoison } from './dead-messages.runner.ts';
