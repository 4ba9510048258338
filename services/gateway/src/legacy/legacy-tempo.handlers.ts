import { table, visibleTo, type JobResource, type LegacyTempo } from '@ffapi/contracts';
import type { JobDocument, JobHistoryEvent } from '@ffapi/job-view';
import { isLegacyJob, runAndWait } from './legacy-answers.http.ts';
import { legacyFailure } from './legacy-failure.ts';
import {
  fieldsOf,
  type Fields,
  RequestRefused,
  type AnswerFor,
  type CallOf,
  type HandlersFor,
  type SubmitCall,
} from '../requests/index.ts';
import type { JobReads, SubmitPorts } from '../jobs/index.ts';

export interface LegacyTempoPorts extends SubmitPorts {
  readonly reads: Pick<JobReads, 'jobs' | 'caughtUp'>;
}

const listMax = 200;
const byExtension = table({ wav: 'wav', flac: 'flac', ogg: 'ogg' });

/** The format was said by the ending of the output's name: mp3 unless it is another one of old. */
const withFormat = ({ body, request }: SubmitCall): Fields => {
  const isGiven = Object.hasOwn(fieldsOf(request.body), 'output_format');
  const name = body.output_name ?? 'output.mp3';
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
  if (extension === undefined)
    throw new RequestRefused('invalid_request', {
      errors: [{ pointer: '/output_name', code: 'invalid_format', message: 'must end with a file extension' }],
    });
  return { ...body, output_name: name, ...(isGiven ? {} : { output_format: byExtension[extension] ?? 'mp3' }) };
};

const inputBytes = (story: readonly JobHistoryEvent[]): number | null => {
  for (const { event } of story) {
    if (event.type === 'JobAccepted' && event.data.inputs.source?.kind === 'file')
      return event.data.inputs.source.blob.sizeBytes;
    if (event.type === 'TaskCompleted' && event.data.ingested) return event.data.ingested.blob.sizeBytes;
  }
  return null;
};

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

const statuses: Readonly<Record<string, 'done' | 'failed'>> = {
  completed: 'done',
  failed: 'failed',
  cancelled: 'failed',
};

const record = (resource: JobResource, job: JobDocument, inputSize: number | null): LegacyTempo => {
  const [output] = resource.outputs;
  return {
    id: resource.job_id,
    input: resource.params.input_url,
    output: output?.name ?? null,
    tempo: resource.params.tempo,
    created_at: resource.created_at,
    status: statuses[resource.status] ?? 'processing',
    processing_time: seconds(resource.duration_ms),
    input_url: resource.params.input_url,
    input_size: inputSize,
    download_url: output?.download_url ?? null,
    output_file: output?.name ?? null,
    error: statuses[resource.status] === 'failed' ? legacyFailure(job).code : null,
  };
};

/** `/v1/audio/tempo` called plainly. */
export const answerTempo = async (
  ports: SubmitPorts,
  call: CallOf<'submit_audio_tempo'>,
): Promise<AnswerFor<'submit_audio_tempo'>> => {
  const made = await runAndWait(ports, 'audio.tempo', call, withFormat(call));
  if (!isLegacyJob(made)) return made;
  const { resource } = made;
  const { story } = await ports.show.own(resource.job_id, call.caller);
  const [output] = resource.outputs;
  return {
    status: 200,
    body: {
      status: 'success',
      job_id: resource.job_id,
      tempo: resource.params.tempo,
      input_size: inputBytes(story),
      output_file: output?.name,
      download_url: output?.download_url,
      processing_time: seconds(resource.duration_ms),
    },
  };
};

/** The records of tempo jobs in the words of FFAPI 1. */
export const legacyTempoHandlers = ({
  show,
  reads,
}: LegacyTempoPorts): HandlersFor<'legacy_list_tempo' | 'legacy_tempo_status'> => ({
  legacy_list_tempo: async (call) => {
    await reads.caughtUp();
    const where = { type: 'audio.tempo', ...visibleTo(call.caller) };
    const { documents } = await reads.jobs.find({ where, sort: 'createdAt', descending: true, limit: listMax });
    return { body: documents.map(({ document }) => record(show.brief(document, call.caller), document, null)) };
  },
  legacy_tempo_status: async (call) => {
    const { job, story } = await show.own(call.params.id, call.caller);
    if (job.type !== 'audio.tempo') throw new RequestRefused('job_not_found');
    return { body: record(await show.whole(job, call.caller), job, inputBytes(story)) };
  },
});
