import { OutboundFailure } from '@ffapi/outbound';

/** The value at a path of an unknown structure. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (branch, step) =>
      typeof branch === 'object' && branch !== null ? (branch as Record<string | number, unknown>)[step] : undefined,
    value,
  );

/** The texts of a list of answers; anything else than texts is no answer. */
export const textsOf = (list: unknown, ...path: readonly (string | number)[]): string[] => {
  const texts = Array.isArray(list) ? list.map((each) => at(each, ...path)) : [];
  if (!texts.every((text) => typeof text === 'string'))
    throw new OutboundFailure('translation_failed', 'its answer cannot be read');
  return texts;
};
