import type { Secrets } from '@ffapi/secrets';

export type DecryptSecret = (ref: string) => Promise<string>;

const rememberedMax = 2_000;

/** Opens secrets, and remembers those used last: what a reference stands for never changes. */
export const cacheDecrypted = (secrets: Pick<Secrets, 'open'>): DecryptSecret => {
  const opened = new Map<string, string>();
  return async (ref) => {
    const value = opened.get(ref) ?? (await secrets.open(ref));
    opened.delete(ref);
    opened.set(ref, value);
    const [oldest] = opened.keys();
    if (opened.size > rememberedMax && oldest !== undefined) opened.delete(oldest);
    return value;
  };
};
