import { legacyRoutes, type OperationId } from '@ffapi/contracts';
import type { Collection } from '@ffapi/read-model';
import { fileAnswer, isLegacyJob, runAndWait, startOnly } from './legacy-answers.ts';
import { newestNamed } from './file-handlers.ts';
import type { FileDocument } from '../projections/files.projection.ts';
import { RequestRefused } from './problem.ts';
import type { Answer, Call, Handler, Handlers } from './server.ts';
import { storedParts } from './stored-parts.ts';
import type { SubmitPorts } from './submit-job.ts';

export interface LegacyPorts extends SubmitPorts {
  readonly files: Collection<FileDocument>;
  readonly filesHold: () => Promise<void>;
}

type Fields = Readonly<Record<string, unknown>>;

const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Waits, and answers with the file. */
const asFile = async (ports: LegacyPorts, id: OperationId, call: Call, fields: Fields): Promise<Answer> => {
  const made = await runAndWait(ports, id, call, given(fields));
  return isLegacyJob(made) ? fileAnswer(ports, made, call.query.as_json === true) : made;
};

const plain =
  (ports: LegacyPorts, id: OperationId): Handler =>
  (call) =>
    asFile(ports, id, call, call.body as Fields);
const twin =
  (ports: LegacyPorts, id: OperationId): Handler =>
  (call) =>
    startOnly(ports, id, call, given(call.body as Fields));

const imageLoop = async (ports: LegacyPorts, call: Call): Promise<Answer> => {
  const { file } = await storedParts(ports, call, { file: /^image\/(png|jpeg)$/ });
  return asFile(ports, 'image.to_mp4_loop', call, { image_url: file, duration: call.query.duration });
};

const fromBinaries = async (ports: LegacyPorts, call: Call): Promise<Answer> => {
  const { video, audio, bgm } = await storedParts(ports, call, {
    video: /^video\//,
    audio: /^audio\//,
    bgm: /^audio\//,
  });
  const { as_json: _, ...query } = call.query;
  return asFile(ports, 'compose.from_urls', call, { ...query, video_url: video, audio_url: audio, bgm_url: bgm });
};

/** ffprobe's JSON by itself. */
const probed = async (ports: LegacyPorts, call: Call, fields: Fields): Promise<Answer> => {
  const made = await runAndWait(ports, 'probe', call, given(fields));
  return isLegacyJob(made) ? { body: made.resource.result } : made;
};

const probeBinary = async (ports: LegacyPorts, call: Call): Promise<Answer> => {
  const { file } = await storedParts(ports, call, { file: /./ });
  return probed(ports, call, { ...call.query, url: file });
};

/** A stored file by its path below /files, its id or its name; a path that climbs out is refused as such. */
const probePublic = async (ports: LegacyPorts, call: Call): Promise<Answer> => {
  const { rel, ...flags } = call.query as { rel: string } & Fields;
  const steps = rel.replace(/^\/?(files\/)?/, '').split('/');
  if (rel.includes('\0') || steps.includes('..') || rel.includes('\\')) throw new RequestRefused('path_refused');
  const [first = ''] = steps;
  const isId = /^file_[0-9a-z]{4,64}$/.test(first);
  return probed(ports, call, { ...flags, url: isId ? first : await newestNamed(ports, call, steps.at(-1) ?? '') });
};

/** Only the job that is not waited for calls back. */
const composed =
  (ports: LegacyPorts): Handler =>
  (call) => {
    const { webhook_url: _, webhook_headers: __, ...fields } = call.body as Fields;
    return asFile(ports, 'compose.from_urls', call, fields);
  };

/** The first FFAPI's media paths on the platform's own operations. */
export const legacyHandlers = (ports: LegacyPorts): Handlers => ({
  [legacyRoutes.imageLoop.id]: (call) => imageLoop(ports, call),
  [legacyRoutes.fromBinaries.id]: (call) => fromBinaries(ports, call),
  [legacyRoutes.fromUrls.id]: composed(ports),
  [legacyRoutes.fromUrlsAsync.id]: twin(ports, 'compose.from_urls'),
  [legacyRoutes.fromTracks.id]: plain(ports, 'compose.from_tracks'),
  [legacyRoutes.concat.id]: plain(ports, 'video.concat'),
  [legacyRoutes.concatFromUrls.id]: plain(ports, 'video.concat'),
  [legacyRoutes.concatFromUrlsAsync.id]: twin(ports, 'video.concat'),
  [legacyRoutes.commandAsync.id]: twin(ports, 'ffmpeg.command'),
  [legacyRoutes.taskAsync.id]: twin(ports, 'ffmpeg.job'),
  [legacyRoutes.probeUrl.id]: (call) => probed(ports, call, call.body as Fields),
  [legacyRoutes.probeBinary.id]: (call) => probeBinary(ports, call),
  [legacyRoutes.probePublic.id]: (call) => probePublic(ports, call),
});
