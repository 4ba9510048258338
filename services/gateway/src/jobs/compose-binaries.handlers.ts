import { composeForm, operations, submitBody, type Operation } from '@ffapi/contracts';
import {
  fieldErrors,
  parseStrictJson,
  UnsafeJson,
  type Fields,
  RequestRefused,
  type HandlersFor,
} from '../requests/index.ts';
import type { SentFile } from '../files/index.ts';
import { storedParts } from './stored-parts.http.ts';
import { submit, type SubmitPorts } from './submit-job.handlers.ts';

const fromUrls = operations['compose.from_urls'] as Operation;
const anyType = { video: /./, audio: /./, bgm: /./ };

const refused = (pointer: string, message: string): RequestRefused =>
  new RequestRefused('invalid_request', { errors: [{ pointer, code: 'invalid_form', message }] });

const compositionOf = (text: string): Fields => {
  try {
    const value = parseStrictJson(Buffer.from(text));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  } catch (error) {
    if (!(error instanceof UnsafeJson || error instanceof SyntaxError)) throw error;
  }
  throw refused(`/${composeForm.text}`, 'This must be one JSON object: the fields of POST /v1/compose/from-urls.');
};

/** `compose/from-urls` of files that come with the request, in one form: a submit like any other. */
export const composeBinaries = (ports: SubmitPorts): HandlersFor<'submit_compose_from_binaries'> => ({
  submit_compose_from_binaries: async (call) => {
    const texts: Record<string, string> = {};
    const sums: Record<string, string> = {};
    // Each field is a part of the one request that its key is for.
    const claim = (field: string, sent: SentFile, newId: () => string) => {
      sums[field] = sent.sha256;
      const route = { ...call.route, id: `${call.route.id}.${field}` };
      return ports.idempotency.claim({ ...call, route }, newId, sent);
    };
    const onText = (field: string, text: string): void => {
      if (field !== composeForm.text || Object.hasOwn(texts, field))
        throw refused(`/${field}`, `Beside files the form takes one field ${composeForm.text}.`);
      texts[field] = text;
    };
    const { video, audio, bgm } = await storedParts(ports, call, anyType, { onText, claim });
    const fields = compositionOf(texts[composeForm.text] ?? '{}');
    const { dry_run, ...query } = call.query;
    const files = { video_url: video, ...(audio && { audio_url: audio }), ...(bgm && { bgm_url: bgm }) };
    const taken = Object.keys(files).find((field) => Object.hasOwn(fields, field));
    if (taken !== undefined) throw refused(`/${composeForm.text}/${taken}`, 'This file came with the form.');
    const parsed = submitBody(fromUrls).safeParse({ ...fields, ...query, ...files });
    if (!parsed.success)
      throw new RequestRefused('invalid_request', {
        errors: fieldErrors(parsed.error.issues, `/${composeForm.text}`),
      });
    // What has to be the same under one key; the ids of the files are the key's own.
    call.request.body = { fields, sums };
    return submit(ports, fromUrls, { ...call, body: parsed.data, query: { dry_run } });
  },
});
