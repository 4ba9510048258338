export { openReviews, type ReviewReads } from './review.handlers.ts';
export { reviews } from './reviews.projection.ts';
