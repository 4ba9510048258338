import { z } from 'zod';
import { required, type OpenModerator } from './provider.client.ts';

const categories = ['Hate', 'SelfHarm', 'Sexual', 'Violence'] as const;
const answerShape = z.object({
  categoriesAnalysis: z.array(z.object({ category: z.string().min(1), severity: z.int().min(0).max(7) })).min(1),
});

/** Azure tells how grave it is, 0, 2, 4 or 6, and not how sure it is: grave counts as sure. */
const confidenceOf = (severity: number): number => {
  if (severity >= 6) return 0.95;
  if (severity >= 4) return 0.8;
  return severity >= 2 ? 0.5 : 0;
};

/** Azure AI Content Safety, images. */
export const azure: OpenModerator<'azure'> = (config, { caller }) => ({
  name: 'azure',
  bytesMax: 4 * 1024 * 1024,
  look: async ({ bytes }, signal) => {
    const endpoint = required(config.AZURE_CONTENT_SAFETY_ENDPOINT).replace(/\/$/, '');
    const answer = await caller.call({
      url: `${endpoint}/contentsafety/image:analyze?api-version=2024-09-01`,
      headers: {
        'content-type': 'application/json',
        'ocp-apim-subscription-key': required(config.AZURE_CONTENT_SAFETY_KEY),
      },
      body: JSON.stringify({
        image: { content: Buffer.from(bytes).toString('base64') },
        categories,
        outputType: 'FourSeverityLevels',
      }),
      signal,
    });
    if (answer.status !== 200) throw caller.failureOf(answer);
    return caller.readAs(answerShape, answer).categoriesAnalysis.map(({ category, severity }) => ({
      name: category,
      confidence: confidenceOf(severity),
    }));
  },
});
