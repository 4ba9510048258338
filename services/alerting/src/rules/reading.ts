import type { AlertRule } from '@ffapi/contracts';

/** What was seen of a metric: of the platform, or of each of the things that it has a figure for. */
export interface Reading {
  readonly subject: string;
  readonly value: number;
  /** What a rate is of; 1 for a plain figure. */
  readonly samples: number;
  readonly details: Readonly<Record<string, number>>;
}

/** The subject of what is not about a single key. */
export const platform = 'platform';

/** Whether a rule looks at a rate, which is of its whole window by itself. */
export const isRate = ({ metric }: AlertRule): boolean => metric === 'job_failure_rate';

const comparisons: Readonly<Record<AlertRule['comparison'], (value: number, threshold: number) => boolean>> = {
  above: (value, threshold) => value > threshold,
  below: (value, threshold) => value < threshold,
  at_least: (value, threshold) => value >= threshold,
};

/** Whether a reading is what a rule warns of. */
export const isMet = ({ comparison, threshold, samplesMin }: AlertRule, { value, samples }: Reading): boolean =>
  samples >= samplesMin && comparisons[comparison](value, threshold);
