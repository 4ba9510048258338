export { deadLetterForgotten, watchPoison } from './dead-messages.runner.ts';
