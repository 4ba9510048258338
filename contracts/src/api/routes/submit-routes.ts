import { inputAliases } from '../../operations/input-aliases.ts';
import type { Operation } from '../../operations/operation.ts';
import { operations } from '../../operations/registry.ts';
import { jobResource } from '../resources.ts';
import { validationStatuses } from '../legacy-statuses.ts';
import type { Route } from '../route.ts';
import { admissionErrors } from '../../errors/access.ts';
import { plainSubmitQuery, submitBody, submitQuery } from '../submit.ts';

const submit = (operation: Operation): Route => ({
  id: `submit_${operation.id.replaceAll('.', '_')}`,
  method: 'POST',
  path: operation.path,
  tag: 'media',
  summary: operation.summary,
  access: 'jobs:create',
  query: operation.answersPlainly ? plainSubmitQuery : submitQuery,
  body: submitBody(operation),
  aliases: inputAliases(operation),
  isIdempotent: true,
  success: 202,
  ...(operation.answersPlainly ? { legacyStatuses: validationStatuses } : {}),
  response: jobResource,
  errors: [
    'invalid_request',
    'input_required',
    'file_not_found',
    'url_refused',
    'body_too_large',
    'codec_container_mismatch',
    'idempotency_key_reused',
    'accept_unknown',
    'store_full',
    'content_blocked',
    ...admissionErrors,
  ],
});

/** One route per operation, from its registration. */
export const submitRoutes = Object.values(operations).map((operation) => submit(operation as Operation));
