import { standardHeaders } from '@ffapi/secrets';
import { z } from 'zod';
import type { Sighting } from './verdict.ts';
import { required, type Frame, type OpenModerator } from './provider.client.ts';

const labelShape = z.object({ name: z.string().min(1).max(200), confidence: z.number().min(0).max(1) });
const answerShape = z.union([
  z.object({ labels: z.array(labelShape).max(200) }),
  z.object({ decision: z.enum(['allow', 'flag', 'block']) }),
]);

const bodyOf = ({ bytes, contentType, input, timeMs, index, of, jobId }: Frame): string =>
  JSON.stringify({
    job_id: jobId,
    input,
    frame: {
      index,
      of,
      time_seconds: timeMs / 1000,
      content_type: contentType,
      data: Buffer.from(bytes).toString('base64'),
    },
  });

/** A decision about a frame as something that is certain. */
const decided = (decision: 'allow' | 'flag' | 'block'): readonly Sighting[] => {
  if (decision === 'allow') return [];
  const sighting = { name: `decision:${decision}`, confidence: 1 };
  return decision === 'block' ? [sighting] : [{ ...sighting, isDoubtful: true }];
};

/** A server of the operator's own, which is posted one frame a call, signed as Standard Webhooks does. */
export const webhook: OpenModerator<'webhook'> = (config, { caller, now }) => ({
  name: 'webhook',
  bytesMax: 8 * 1024 * 1024,
  look: async (frame, signal) => {
    const body = bodyOf(frame);
    const id = `${frame.jobId}.${frame.index}`;
    const secret = config.MODERATION_WEBHOOK_SECRET;
    const headers = standardHeaders({ id, sentAt: now().toISOString(), body, secret });
    const answer = await caller.call({ url: required(config.MODERATION_WEBHOOK_URL), headers, body, signal });
    if (answer.status < 200 || answer.status > 299) throw caller.failureOf(answer);
    const seen = caller.readAs(answerShape, answer);
    return 'labels' in seen ? seen.labels : decided(seen.decision);
  },
});
