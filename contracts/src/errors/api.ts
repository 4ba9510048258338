import type { ErrorRow } from './shape.ts';

const row = (status: number, fault: ErrorRow['fault'], retryable: boolean, title: string, hint: string): ErrorRow => ({
  status,
  title,
  fault,
  retryable,
  hint,
});

/** What the public API answers for reasons of its own. */
export const apiErrors = {
  invalid_request: row(400, 'request', false, 'The request is not valid.', 'See errors[]: each names the field and what it needs.'),
  invalid_json: row(400, 'request', false, 'The body is not JSON.', 'Send one JSON object in UTF-8.'),
  api_key_required: row(401, 'request', false, 'An API key is required.', 'Send it as X-API-Key or as Authorization: Bearer.'),
  api_key_invalid: row(401, 'request', false, 'This API key is not known.', 'Check the key; the first one was printed when the platform was started.'),
  api_key_in_query: row(400, 'request', false, 'A key does not belong into a URL.', 'Send it as X-API-Key; and replace that key, since URLs are logged on the way.'),
  forbidden: row(403, 'request', false, 'This key may not do that.', 'Use a key whose role includes it.'),
  not_found: row(404, 'request', false, 'There is nothing here.', 'Check the path and the id.'),
  method_not_allowed: row(405, 'request', false, 'This path does not take this method.', 'See the documentation at /documentation.'),
  body_too_large: row(413, 'request', false, 'The body is too large.', 'A submit takes 128 KiB; files go to POST /v1/files.'),
  media_type_not_supported: row(415, 'request', false, 'This content type is not taken here.', 'Send application/json, or multipart/form-data where a file is expected.'),
  idempotency_key_reused: row(422, 'request', false, 'This Idempotency-Key came with another body before.', 'Use a new key for a new request.'),
  idempotency_in_flight: row(409, 'request', true, 'The first request with this Idempotency-Key is still being answered.', 'Repeat it in a moment.'),
  rate_limited: row(429, 'request', true, 'Too many requests.', 'Wait for the seconds in Retry-After.'),
  accept_unknown: row(503, 'system', true, 'The job may or may not have been accepted.', 'Repeat the request with the same Idempotency-Key: it is accepted once.'),
  unavailable: row(503, 'system', true, 'A part of the platform is not reachable.', 'Repeat the request after the seconds in Retry-After; see /health/detailed.'),
  store_full: row(507, 'system', true, 'The event store is nearly full: running jobs can finish, new ones are not taken.', 'Give the store more room.'),
  disk_space_low: row(507, 'system', true, 'Too little disk space is free.', 'Free some space, or lower MIN_FREE_SPACE_MB.'),
  internal: row(500, 'system', true, 'Something went wrong inside.', 'Report the request_id.'),
  range_not_satisfiable: row(416, 'request', false, 'The file has no such bytes.', 'Ask for a range inside the file.'),
} as const satisfies Record<string, ErrorRow>;

/** What jobs, tasks and files refuse. */
export const jobErrors = {
  job_not_found: row(404, 'request', false, 'There is no such job.', 'Check the id; another key’s jobs are not shown.'),
  job_already_finished: row(409, 'request', false, 'The job has ended.', 'Nothing is left to cancel.'),
  job_not_retryable: row(409, 'request', false, 'Only a failed or cancelled job can be retried.', 'Use duplicate to run it again.'),
  job_already_retried: row(409, 'request', false, 'The job was retried before.', 'See retried_as for the new job.'),
  task_finished: row(409, 'system', false, 'The task has ended.', 'Nothing to do.'),
  task_already_started: row(409, 'system', false, 'Another worker has this task.', 'Nothing to do.'),
  task_not_due: row(409, 'system', true, 'The next attempt is not due yet.', 'It starts by itself.'),
  task_attempt_superseded: row(409, 'system', false, 'A newer attempt has taken over.', 'Nothing to do.'),
  worker_lost: row(500, 'system', true, 'The workers that had this task went away.', 'See the memory and the logs of the workers, then retry the job.'),
  worker_failed: row(500, 'system', true, 'The worker failed.', 'See the job’s log; retry the job.'),
  work_item_unreadable: row(500, 'system', false, 'The task could not be read by its worker.', 'See the dead-letter queue; workers and services must have the same version.'),
  file_not_found: row(404, 'request', false, 'There is no such file.', 'Check the id or name; files are deleted after their retention.'),
  input_required: row(400, 'request', false, 'An input is missing.', 'Give a URL or the id of a stored file.'),
  output_name_invalid: row(400, 'request', false, 'output_name must be a plain file name.', 'No folders, no control characters, at most 200 bytes.'),
  extension_blocked: row(415, 'request', false, 'Files of this type are not taken.', 'See BLOCKED_FILE_EXTENSIONS.'),
  webhook_not_found: row(404, 'request', false, 'There is no such webhook.', 'Check the id.'),
  delivery_not_found: row(404, 'request', false, 'There is no such delivery.', 'Check the id.'),
} as const satisfies Record<string, ErrorRow>;
