import { fileAnswer, isLegacyJob, runAndWait, type LegacyJob } from './legacy-answers.http.ts';
import { answerTempo } from './legacy-tempo.handlers.ts';
import { RequestRefused, type AnswerFor, type Call, type CallOf, type HandlersFor } from '../requests/index.ts';
import type { SubmitPorts } from '../jobs/index.ts';

/** Whether a client of these paths wants the job rather than FFAPI 1's answer (RFC 7240). */
export const wantsJob = (call: Call): boolean =>
  /(?:^|[,;\s])(respond-async|wait=\d)/.test(call.header('prefer') ?? '') || call.query.dry_run === 'true';

export type PlainId = 'submit_ffmpeg_command' | 'submit_ffmpeg_job' | 'submit_audio_tempo';
type PlainAnswer = AnswerFor<PlainId>;

/** Where each output is, by the name the caller knows it under. */
const addresses = (
  { resource: { job_id } }: LegacyJob,
  outputs: readonly (readonly [name: string, address: string | undefined])[],
): PlainAnswer => ({
  status: 200,
  body: { ok: true, outputs: Object.fromEntries(outputs), job_id, job_status_url: `/jobs/${job_id}` },
});

const command = async (ports: SubmitPorts, call: CallOf<'submit_ffmpeg_command'>): Promise<PlainAnswer> => {
  const made = await runAndWait(ports, 'ffmpeg.command', call, call.body);
  if (!isLegacyJob(made)) return made;
  const addressOf = (file: string) => made.resource.outputs.find(({ name }) => name === file)?.download_url;
  return addresses(
    made,
    Object.entries(call.body.output_files).map(([name, file]) => [name, addressOf(file)]),
  );
};

const task = async (ports: SubmitPorts, call: CallOf<'submit_ffmpeg_job'>): Promise<PlainAnswer> => {
  const made = await runAndWait(ports, 'ffmpeg.job', call, call.body);
  if (!isLegacyJob(made)) return made;
  if (!('as_json' in call.query && call.query.as_json)) return fileAnswer(ports, made);
  const { outputs } = made.resource;
  if (outputs.length === 0) throw new RequestRefused('missing_outputs', { extra: { missing: [] } });
  return addresses(
    made,
    outputs.map(({ name, download_url }) => [name, download_url]),
  );
};

/** Submits whose path FFAPI 1 had, too: called plainly they wait and answer as it did. */
export const plainOrJob = (ports: SubmitPorts, submits: HandlersFor<PlainId>): HandlersFor<PlainId> => ({
  submit_ffmpeg_command: (call) => (wantsJob(call) ? submits.submit_ffmpeg_command(call) : command(ports, call)),
  submit_ffmpeg_job: (call) => (wantsJob(call) ? submits.submit_ffmpeg_job(call) : task(ports, call)),
  submit_audio_tempo: (call) => (wantsJob(call) ? submits.submit_audio_tempo(call) : answerTempo(ports, call)),
});
