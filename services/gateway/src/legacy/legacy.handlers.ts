import type { OperationId } from '@ffapi/contracts';
import { addressAnswer, fileAnswer, isLegacyJob, runAndWait, startOnly } from './legacy-answers.http.ts';
import { newestNamed, type FileReads } from '../files/index.ts';
import {
  fieldsOf,
  type Fields,
  RequestRefused,
  type AnswerFor,
  type Call,
  type CallOf,
  type HandlersFor,
} from '../requests/index.ts';
import { storedParts, type SubmitPorts } from '../jobs/index.ts';

export interface LegacyPorts extends SubmitPorts {
  readonly reads: FileReads;
}

type FileCall = Call & { readonly query: { readonly as_json: boolean } };
type FileAnswer = AnswerFor<'legacy_concat'>;

const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Waits, and answers with the file. */
const asFile = async (ports: LegacyPorts, id: OperationId, call: FileCall, fields: Fields): Promise<FileAnswer> => {
  const made = await runAndWait(ports, id, call, given(fields));
  if (!isLegacyJob(made)) return made;
  return call.query.as_json ? addressAnswer(made) : fileAnswer(ports, made);
};

const plain =
  (ports: LegacyPorts, id: OperationId) =>
  (call: FileCall & { readonly body: Fields }): Promise<FileAnswer> =>
    asFile(ports, id, call, call.body);
const twin = (ports: LegacyPorts, id: OperationId) => (call: Call & { readonly body: Fields }) =>
  startOnly(ports, id, call, given(call.body));

const imageLoop = async (ports: LegacyPorts, call: CallOf<'legacy_image_loop'>): Promise<FileAnswer> => {
  const { file } = await storedParts(ports, call, { file: /^image\/(png|jpeg)$/ });
  return asFile(ports, 'image.to_mp4_loop', call, { image_url: file, duration: call.query.duration });
};

const fromBinaries = async (ports: LegacyPorts, call: CallOf<'legacy_compose_from_binaries'>): Promise<FileAnswer> => {
  const { video, audio, bgm } = await storedParts(ports, call, {
    video: /^video\//,
    audio: /^audio\//,
    bgm: /^audio\//,
  });
  const { as_json: _, ...query } = call.query;
  return asFile(ports, 'compose.from_urls', call, { ...query, video_url: video, audio_url: audio, bgm_url: bgm });
};

/** ffprobe's JSON by itself. */
const probed = async (ports: LegacyPorts, call: Call, fields: Fields): Promise<AnswerFor<'legacy_probe_url'>> => {
  const made = await runAndWait(ports, 'probe', call, given(fields));
  return isLegacyJob(made) ? { body: fieldsOf(made.resource.result) } : made;
};

const probeBinary = async (ports: LegacyPorts, call: CallOf<'legacy_probe_binary'>) => {
  const { file } = await storedParts(ports, call, { file: /./ });
  return probed(ports, call, { ...call.query, url: file });
};

/** A stored file by its path below /files, its id or its name; a path that climbs out is refused as such. */
const probePublic = async (ports: LegacyPorts, call: CallOf<'legacy_probe_public'>) => {
  const { rel, ...flags } = call.query;
  const steps = rel.replace(/^\/?(files\/)?/, '').split('/');
  if (rel.includes('\0') || steps.includes('..') || rel.includes('\\')) throw new RequestRefused('path_refused');
  const [first = ''] = steps;
  const isId = /^file_[0-9a-z]{4,64}$/.test(first);
  return probed(ports, call, { ...flags, url: isId ? first : await newestNamed(ports, call, steps.at(-1) ?? '') });
};

/** Only the job that is not waited for calls back. */
const composed = (ports: LegacyPorts, call: CallOf<'legacy_compose_from_urls'>): Promise<FileAnswer> => {
  const { webhook_url: _, webhook_headers: __, ...fields } = call.body;
  return asFile(ports, 'compose.from_urls', call, fields);
};

type MediaRoute =
  | 'legacy_image_loop'
  | 'legacy_compose_from_binaries'
  | 'legacy_compose_from_urls'
  | 'legacy_compose_from_urls_async'
  | 'legacy_compose_from_tracks'
  | 'legacy_concat'
  | 'legacy_concat_from_urls'
  | 'legacy_concat_from_urls_async'
  | 'legacy_run_command_async'
  | 'legacy_run_job_async'
  | 'legacy_probe_url'
  | 'legacy_probe_binary'
  | 'legacy_probe_public';

/** FFAPI 1's media paths on the platform's own operations. */
export const legacyHandlers = (ports: LegacyPorts): HandlersFor<MediaRoute> => ({
  legacy_image_loop: (call) => imageLoop(ports, call),
  legacy_compose_from_binaries: (call) => fromBinaries(ports, call),
  legacy_compose_from_urls: (call) => composed(ports, call),
  legacy_compose_from_urls_async: twin(ports, 'compose.from_urls'),
  legacy_compose_from_tracks: plain(ports, 'compose.from_tracks'),
  legacy_concat: plain(ports, 'video.concat'),
  legacy_concat_from_urls: plain(ports, 'video.concat'),
  legacy_concat_from_urls_async: twin(ports, 'video.concat'),
  legacy_run_command_async: twin(ports, 'ffmpeg.command'),
  legacy_run_job_async: twin(ports, 'ffmpeg.job'),
  legacy_probe_url: (call) => probed(ports, call, call.body),
  legacy_probe_binary: (call) => probeBinary(ports, call),
  legacy_probe_public: (call) => probePublic(ports, call),
});
