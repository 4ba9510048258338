import type { JobResource } from '@ffapi/contracts';
import { connect } from '@nats-io/transport-node';
import { makeClips } from './clips.ts';
import { startBenchPlatform } from './platform.ts';
import { storedMessages } from './stored-events.ts';
import { storyTemplate, type StoryTemplate } from './history-template.ts';

/** The template of a whole job with one output, as a platform that ran it wrote it down. */
export const recordJob = async (): Promise<StoryTemplate> => {
  await using stack = new AsyncDisposableStack();
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  const services = 'storage,job,transcode,gateway';
  const platform = stack.adopt(await startBenchPlatform({ services }), (each) => each.stop());
  const nats = stack.adopt(await connect({ servers: platform.natsUrl }), (each) => each.close());
  const input_url = await platform.upload(clips.second);
  const body = { input_url, output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' };
  const job: JobResource = await platform.submit('/v1/transcode', body, { wait: true });
  const [output] = job.outputs;
  if (job.status !== 'completed' || !output) throw new Error(`the job to copy is ${job.status}`);
  const ids = [job.job_id, output.file_id];
  const subjects = [`evt.job.${ids[0]}`, `evt.task.${ids[0]}.*`, `evt.asset.${ids[1]}`];
  const messages = await storedMessages(nats, subjects);
  return storyTemplate(
    messages.map((message) => ({ subject: message.subject, text: message.string() })),
    ids,
  );
};

/** The template of a job that failed for good, because nobody listens where its input is said to be. */
export const recordFailedJob = async (): Promise<StoryTemplate> => {
  await using stack = new AsyncDisposableStack();
  const env = { ALLOW_PRIVATE_IPS: 'true', JOB_MAX_RETRIES: '0' };
  const platform = stack.adopt(await startBenchPlatform({ services: 'storage,job,gateway', env }), (each) =>
    each.stop(),
  );
  const nats = stack.adopt(await connect({ servers: platform.natsUrl }), (each) => each.close());
  const body = { input_url: 'http://127.0.0.1:9/none.mp4', output_format: 'mkv' };
  const job = await platform.submit('/v1/transcode', body, { wait: true });
  if (job.status !== 'failed') throw new Error(`the job to copy is ${job.status}`);
  const messages = await storedMessages(nats, [`evt.job.${job.job_id}`, `evt.task.${job.job_id}.*`]);
  return storyTemplate(
    messages.map((message) => ({ subject: message.subject, text: message.string() })),
    [job.job_id],
  );
};

/** Ids of the n-th copy of a failed job. */
export const failedIdsOf = (n: number): string[] => [`job_failed${n.toString(36).padStart(8, '0')}`];

/** Ids of the n-th copy, in the order in which `recordJob` names them. */
export const jobIdsOf = (n: number): string[] => {
  const suffix = n.toString(36).padStart(8, '0');
  return [`job_bench${suffix}`, `file_bench${suffix}`];
};
