export * from './task.decider.ts';
