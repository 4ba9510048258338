import { pathParam, safeFileName, visibleTo, type StoredFile } from '@ffapi/contracts';
import { verifyPath } from '@ffapi/secrets';
import { actorOf } from '../identity/index.ts';
import { RequestRefused, type Call } from '../requests/index.ts';
import type { FilePorts } from './file-ports.ts';

export interface FoundFile {
  readonly file: StoredFile;
  /** Of one entry, in a folder of files; '' for what the file is. */
  readonly path: string;
  /** When the link that names it ends, in ms since 1970; `null`: it is read with a key. */
  readonly linkEndsAtMs: number | null;
}

/** Whoever has a signed link asks as nobody in particular. */
export const anybody = { keyId: '', isAdmin: true } as const;

/** Which file a path names: signed, by id, or by the newest of the caller's names. */
export const resolveFile = async (
  ports: FilePorts,
  call: Call & { readonly params: { readonly path: string } },
): Promise<FoundFile> => {
  const rest = call.params.path;
  const signed = verifyPath(ports.signingKey, rest, Date.now());
  if (signed) {
    // Who makes links up is counted as who makes keys up.
    if (signed.isForged) await ports.limits.countAddress(call.request.ip, call.reply);
    if (!signed.isValid) throw new RequestRefused('file_not_found', { detail: 'The link has expired or was changed.' });
    const { file } = await ports.context.request('asset.resolve', { fileId: signed.fileId, actor: anybody });
    return { file, path: signed.path, linkEndsAtMs: signed.expiresAtMs };
  }
  if (call.caller.isAnonymous) throw new RequestRefused('api_key_required');
  const [first = '', ...others] = rest.split('/');
  const actor = actorOf(call.caller);
  const fileId = await fileIdOf(ports, call, first);
  const { file } = await ports.context.request('asset.resolve', { fileId, actor });
  return { file, path: others.join('/'), linkEndsAtMs: null };
};

/** The file that a text names: by its id, or as the newest of this name. A stored name has an ending, and so is no id. */
export const fileIdOf = async (
  ports: Pick<FilePorts, 'reads'>,
  call: Pick<Call, 'caller'>,
  text: string,
): Promise<string> => (pathParam.file.schema.safeParse(text).success ? text : newestNamed(ports, call, text));

/** The newest file of this name among the caller's, as it is shown or as it was sent. */
export const newestNamed = async (
  { reads }: Pick<FilePorts, 'reads'>,
  { caller }: Pick<Call, 'caller'>,
  text: string,
): Promise<string> => {
  await reads.filesHold();
  for (const name of new Set([text, safeFileName(text)])) {
    const where = { ...visibleTo(caller), name };
    const { documents } = await reads.files.find({ where, sort: 'createdAt', descending: true, limit: 1 });
    if (documents[0]) return documents[0].id;
  }
  throw new RequestRefused('file_not_found', { detail: `There is no file named ${text}.` });
};
