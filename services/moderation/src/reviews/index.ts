export { reviewRequests } from './answer-review-requests.consumer.ts';
export { classifyModerationFailure, runModeration } from './run-moderation.runner.ts';
