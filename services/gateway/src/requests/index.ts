export { withinBytes } from './bounded-form.http.ts';
export { causedBy } from './caused-by.ts';
export { cookieValue } from './cookie-value.ts';
export { Counters } from './counters.state.ts';
export { errorIndex, errorPage } from './error-pages.ts';
export { msToStep } from './even-time.ts';
export { fieldErrors, queryError, type FieldError } from './field-errors.ts';
export { type Fields, fieldsOf } from './fields-of.ts';
export type {
  AnswerFor,
  CallOf,
  HandlersOf,
  HandlersFor,
  Call,
  Answer,
  CallWithId,
  SubmitCall,
  Handlers,
} from './handler.http.ts';
export { dayOf, hourOf } from './hours.ts';
export {
  createIdempotency,
  replayed,
  type Idempotency,
  underClaim,
  unclaimed,
  type Claim,
  isRefusal,
} from './idempotency.http.ts';
export { readJsonStrictly } from './json-body.http.ts';
export { asSent, nameFields } from './named-fields.http.ts';
export { judgePace, type Mark, type Pace } from './pace.ts';
export { pageBody } from './page-body.ts';
export { escaped, pageFrame } from './page-frame.ts';
export { pathParamsOf } from './path-params.http.ts';
export { judgeConditions, matchesWeakly } from './preconditions.ts';
export { RequestRefused, problemOf, type ProblemAnswer, forbidden } from './problem.http.ts';
export { methodsOf, pathOf } from './route-paths.ts';
export { acquireSingleton } from './singleton.client.ts';
export { handlersOf, stopAll, type Slice } from './slice.ts';
export { spanOf } from './span.ts';
export { parseStrictJson, UnsafeJson } from './strict-json.ts';
export { utc } from './utc.ts';
