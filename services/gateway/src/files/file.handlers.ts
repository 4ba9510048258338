import type { fileRoutes } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import { fileResourceOf } from '@ffapi/job-view';
import {
  pageBody,
  replayed,
  RequestRefused,
  type Answer,
  type AnswerFor,
  type Call,
  type CallOf,
  type HandlersOf,
  type Slice,
} from '../requests/index.ts';
import { actorOf } from '../identity/index.ts';
import { answerHead, download } from './download.handlers.ts';
import type { FilePorts } from './file-ports.ts';
import { fileIdOf, resolveFile } from './find-file.http.ts';
import { findFiles } from './find-files.http.ts';
import { readForm, storePart, type SentFile } from './store-part.http.ts';

const pageDefault = 50;

const upload = (ports: FilePorts, call: CallOf<'upload_file'>): Promise<AnswerFor<'upload_file'>> =>
  readForm(ports.context, call, 1, (fileSize) => uploadFile(ports, call, fileSize));

const uploadFile = async (
  { context, links, idempotency }: FilePorts,
  call: CallOf<'upload_file'>,
  fileSize: number,
): Promise<AnswerFor<'upload_file'>> => {
  if (!call.request.isMultipart())
    throw new RequestRefused('media_type_not_supported', {
      detail: 'Send multipart/form-data with the file in the field `file`.',
    });
  const part = await call.request.file({ limits: { fileSize } });
  if (part?.fieldname !== 'file')
    throw new RequestRefused('invalid_request', {
      errors: [{ pointer: '/file', code: 'required', message: 'The form needs a file in the field `file`.' }],
    });
  const length = call.header('content-length');
  const announcedBytes = length === undefined ? null : Number(length);
  const claim = (sent: SentFile, newId: () => string) => idempotency.claim(call, newId, sent);
  const isRepeat = await idempotency.isClaimed(call);
  const sender = { caller: call.caller, announcedBytes, claim, isRepeat };
  const { isReplay, ...file } = await storePart(context, sender, part);
  const headers = { location: `/v1/files/${file.fileId}`, ...replayed({ isReplay }) };
  return { status: 201, headers, body: fileResourceOf(links(), file) };
};

const remove = async ({ context }: FilePorts, { caller }: Call, fileId: string): Promise<Answer<never>> => {
  await context.request('asset.delete', { fileId, actor: actorOf(caller), reason: 'requested' });
  return { status: 204 };
};

const fileHandlers = (ports: FilePorts): HandlersOf<typeof fileRoutes> => ({
  upload_file: (call) => ports.standing.during(call, () => upload(ports, call)),
  list_files: async (call) => {
    const { limit = pageDefault, cursor } = call.query;
    const { documents, next } = await findFiles(ports, call, { limit, after: cursor });
    return {
      body: pageBody(
        documents.map(({ document }) => fileResourceOf(ports.links(), document)),
        next,
      ),
    };
  },
  list_downloads: async (call) => {
    const { page = 1, page_size = pageDefault, cursor } = call.query;
    const place = { limit: page_size, after: cursor, skip: (page - 1) * page_size };
    const { documents, next } = await findFiles(ports, call, place);
    const data = documents.map(({ document }) => fileResourceOf(ports.links(), document));
    return { body: { ...pageBody(data, next), page, page_size } };
  },
  tag_file: async (call) => {
    const { file_path, tags, remove_tags: removeTags, metadata } = call.body;
    const fileId = await fileIdOf(ports, call, file_path);
    const ask = { fileId, actor: actorOf(call.caller), tags, removeTags, metadata };
    const { file } = await ports.context.request('asset.describe', ask);
    return { body: fileResourceOf(ports.links(), file) };
  },
  get_file: async (call) => {
    const ask = { fileId: call.params.id, actor: actorOf(call.caller) };
    const { file } = await ports.context.request('asset.resolve', ask);
    return { headers: { etag: `"${file.blob.sha256}"` }, body: fileResourceOf(ports.links(), file) };
  },
  download_file: async (call) => {
    const answer = await download(ports, call);
    return call.request.method === 'HEAD' ? answerHead(call, answer) : answer;
  },
  delete_file: async (call) => {
    const { file } = await resolveFile(ports, call);
    if (call.caller.isAnonymous) throw new Refusal('file_not_found');
    return remove(ports, call, file.fileId);
  },
  remove_file: async (call) => {
    const ask = { fileId: call.params.id, actor: actorOf(call.caller) };
    const { file } = await ports.context.request('asset.resolve', ask);
    return remove(ports, call, file.fileId);
  },
});

export const openFiles = (ports: FilePorts): Slice<HandlersOf<typeof fileRoutes>> => ({
  handlers: fileHandlers(ports),
});
