import {
  filledPath,
  operations,
  pathsOf,
  type Operation,
  type PathParam,
  type PathParamKind,
  type Route,
} from '@ffapi/contracts';

/** Stand-ins that readers replace by their own; the same ones in every sample. */
export const exampleHost = 'http://127.0.0.1:3000';
export const exampleKey = 'YOUR_API_KEY';
export const exampleJobId = 'job_01k9vjz6f8e2m3q4r5s6t7v8w9';
export const exampleFileId = 'file_01k9vjz6f8e2m3q4r5s6t7v8w9';
export const exampleWebhookId = 'whk_01k9vjz6f8e2m3q4r5s6t7v8w9';

export const exampleKeyId = 'key_01k9vjz6f8e2m3q4r5s6t7v8w9';
const exampleUserId = 'user_01k9vjz6f8e2m3q4r5s6t7v8w9';
const exampleReviewId = 'rev_01k9vjz6f8e2m3q4r5s6t7v8w9';
const exampleIncidentId = 'inc_01k9vjz6f8e2m3q4r5s6t7v8w9';
const exampleDeliveryId = 'dlv_01k9vjz6f8e2m3q4r5s6t7v8w9';

const pathExamples: Readonly<Record<PathParamKind, string>> = {
  job: exampleJobId,
  file: exampleFileId,
  whk: exampleWebhookId,
  dlv: exampleDeliveryId,
  key: exampleKeyId,
  user: exampleUserId,
  rev: exampleReviewId,
  inc: exampleIncidentId,
  preset: 'my-preset',
  frame: '0',
  share: 'share_01k9vjz6f8e2m3q4r5s6t7v8w9',
  file_name: 'clip.mp4',
  file_path: `${exampleFileId}/clip.mp4`,
  page_path: 'errors',
};

/** The value of a path parameter in samples. */
export const exampleParam = ({ names }: PathParam): string => pathExamples[names];

/** The operation that a route submits. */
export const operationOf = (route: Route): Operation | undefined =>
  Object.values(operations as Record<string, Operation>).find(
    ({ path }) => route.method === 'POST' && path === route.path,
  );

/** Every input that has to be given, by its first name. */
export const exampleInputs = ({ inputs }: Operation): Record<string, string> =>
  Object.fromEntries(
    Object.values(inputs).flatMap(({ fields, isOptional }) => (isOptional ? [] : [[fields[0], exampleFileId]])),
  );

/** The bodies shown for a submit: one per example of the operation. */
export const submitExamples = (route: Route): { title: string; body: Record<string, unknown> }[] => {
  const operation = operationOf(route);
  if (!operation) return [];
  return operation.examples.map(({ title, params }) => ({ title, body: { ...exampleInputs(operation), ...params } }));
};

const otherBodies: Readonly<Record<string, Record<string, unknown>>> = {
  bulk_cancel_jobs: { job_ids: [exampleJobId] },
  cancel_job: { reason: 'no longer needed' },
  subscribe_webhook: { events: ['job.completed', 'job.failed'], url: 'https://example.com/hook' },
  update_webhook: { events: ['job.*'], enabled: true },
  rotate_webhook_secret: {},
  log_in: { username: 'ada', password: 'correct horse battery staple' },
  two_factor: { action: 'begin' },
  change_password: { current_password: 'correct horse battery staple', password: 'a better one, long enough' },
  create_user: { name: 'ada', password: 'correct horse battery staple', role: 'developer' },
  reset_user: { password: 'a better one, long enough' },
  change_settings: { rate_limit_rpm: 120 },
  run_perf_tests: { rounds: 3 },
  verify_webhook: {
    body: '{"event":"job.completed"}',
    headers: {
      'webhook-id': exampleDeliveryId,
      'webhook-timestamp': '1767225600',
      'webhook-signature': 'v1,c2lnbmF0dXJl',
    },
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  },
};

/** The body of a sample request, if it has one. */
export const exampleBody = (route: Route): Record<string, unknown> | undefined =>
  submitExamples(route)[0]?.body ?? otherBodies[route.id];

/** The path of a sample request. */
export const examplePath = (route: Route): string =>
  filledPath({ ...route, path: pathsOf(route)[0] }, (kind) => pathExamples[kind]);
