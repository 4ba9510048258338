import { failureOf, operations, type Artifact, type Failure, type SubtitlesTranslateParams } from '@ffapi/contracts';
import { PlanRefusal, plans, textsToTranslate, type MediaFacts, type Plan, type PlannedOutput } from '@ffapi/media';
import { readSubtitle } from '@ffapi/media-exec';
import { isOutboundFailure } from '@ffapi/outbound';
import { chooseProvider, translateAll, type TranslationProviders } from '@ffapi/translation';
import {
  classifyMediaFailure,
  localInput,
  sizedValue,
  TaskFailure,
  type Attempt,
  type RunOutcome,
  type TaskRunner,
} from '@ffapi/worker';

/** A refusal of plan, file or translator in the platform's words. */
export const classifyTranslationFailure = (error: unknown): Failure | null => {
  if (isOutboundFailure(error) || error instanceof PlanRefusal) return failureOf(error.code, error.message);
  return classifyMediaFailure(error);
};

interface Asked {
  readonly params: SubtitlesTranslateParams;
  readonly facts: Readonly<Record<string, MediaFacts>>;
}

const operation = operations['subtitles.translate'];
const noTools = {
  ffmpegVersion: '',
  encoders: [],
  hardwareEncoders: [],
  hardwareDecoders: [],
  filters: [],
  warnings: [],
};

const planOf = ({ params, facts }: Asked, measured: Readonly<Record<string, unknown>>): Plan =>
  plans['subtitles.translate']({ params, facts, caps: noTools, measured, hardware: 'cpu' });

const askedOf = async (attempt: Attempt): Promise<Asked> => {
  const { subtitle } = attempt.item.inputs;
  if (attempt.item.operation !== operation.id || subtitle === undefined)
    throw new TaskFailure(failureOf('worker_failed', `This worker does not run ${attempt.item.operation}.`));
  const facts = await readSubtitle(await localInput(attempt, 'subtitle', subtitle));
  return { params: operation.params.parse(attempt.item.params), facts: { subtitle: facts } };
};

const store = async ({ blobs }: Attempt, { name, contentType, content = '' }: PlannedOutput): Promise<Artifact> => {
  const bytes = Buffer.from(content);
  const media = { durationSeconds: null, width: null, height: null, videoCodec: null, audioCodec: null };
  return { name, kind: 'file', contentType, sizeBytes: bytes.length, main: null, media, blob: await blobs.put(bytes) };
};

const outcomeOf = async (attempt: Attempt, plan: Plan): Promise<RunOutcome> => ({
  ingested: null,
  artifacts: await Promise.all(plan.outputs.map((output) => store(attempt, output))),
  outputs: [],
  plan: await sizedValue(attempt.blobs, plan),
  result: plan.result === undefined ? null : await sizedValue(attempt.blobs, plan.result),
  stats: null,
  warnings: [...plan.warnings],
});

/** Translates the texts of a subtitle file: they alone go out, and the plan puts what comes back into its place. */
export const runTranslation =
  (providers: TranslationProviders): TaskRunner =>
  async (attempt) => {
    const asked = await askedOf(attempt);
    const { from_lang: from, to_lang: to } = asked.params;
    const provider = chooseProvider(providers, asked.params.provider);
    const texts = textsToTranslate(asked.facts);
    attempt.log(`translating ${texts.length} cues from ${from} to ${to} with ${provider.name}`);
    const translated = await translateAll(
      provider,
      texts,
      { from, to },
      {
        signal: attempt.signal,
        onProgress: (done, total) =>
          attempt.progress({
            percent: (99 * done) / total,
            fps: null,
            speed: null,
            etaSeconds: null,
            stage: 'translate',
          }),
      },
    );
    return outcomeOf(attempt, planOf(asked, { translation: { provider: provider.name, texts: translated } }));
  };

/** Says what would go out, to a provider that is there; nothing does. */
export const planTranslation =
  (providers: TranslationProviders): TaskRunner =>
  async (attempt) => {
    const asked = await askedOf(attempt);
    chooseProvider(providers, asked.params.provider);
    return { ...(await outcomeOf(attempt, planOf(asked, {}))), result: null };
  };
