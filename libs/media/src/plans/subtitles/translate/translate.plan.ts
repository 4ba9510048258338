import type { SubtitlesTranslateParams } from '@ffapi/contracts';
import { keptIn, writtenFormat } from '../../../cues/cue-sheet.ts';
import { translatableTexts, withTexts } from '../../../cues/translated-text.ts';
import { refusePlan } from '../../plan.ts';
import type { Plan, PlanFn } from '../../plan.ts';
import { subtitleFile } from '../subtitle-file.ts';
import { subtitleInput } from '../subtitle-input.ts';

/** What a translator made of the texts. */
export interface Translation {
  readonly provider: string;
  readonly texts: readonly string[];
}

const isTranslation = (value: unknown): value is Translation =>
  typeof value === 'object' && value !== null && 'provider' in value && 'texts' in value;

/** The texts that go out to a translator, in the order in which their translations are wanted back. */
export const textsToTranslate = (facts: Parameters<PlanFn>[0]['facts']): string[] =>
  translatableTexts(subtitleInput(facts, 'subtitle').cues);

const charactersOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);

/** Translated subtitles: what goes out first, and the file when the translation is there. */
export const planSubtitlesTranslate: PlanFn<SubtitlesTranslateParams> = ({ params, facts, measured }): Plan => {
  const sheet = subtitleInput(facts, 'subtitle');
  const { cues, charset } = sheet;
  const format = params.format ?? writtenFormat(sheet);
  const { head, notes } = keptIn(sheet, format);
  const texts = translatableTexts(cues);
  const characters = charactersOf(texts);
  const plan: Omit<Plan, 'kind'> = {
    device: 'cpu',
    steps: [],
    outputs: [],
    warnings: notes,
    estimate: { durationMs: 1_000 + characters / 10 },
  };
  const { translation } = measured;
  if (!isTranslation(translation)) return { ...plan, kind: 'measure', result: { cues: texts.length, characters } };
  const made =
    withTexts(cues, translation.texts) ??
    refusePlan('translation_failed', `${translation.texts.length} texts came back for ${texts.length} cues`);
  const file = subtitleFile(made, format, head);
  return {
    ...plan,
    kind: 'run',
    outputs: [file.output],
    result: { cues: file.cues, characters, provider: translation.provider, charset, format },
  };
};
