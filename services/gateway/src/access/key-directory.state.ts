import { KeyRing, ringStreams, type RingEvent } from '@ffapi/api-keys';
import { followIntoMemory, type KeptUp, type ServiceContext } from '@ffapi/service-kit';
import { keepKeyUse, type KeyUse } from './key-use.state.ts';

/** Every API key, as of now, and when each was last used. */
export interface KeyDirectory extends KeptUp<RingEvent> {
  readonly ring: KeyRing;
  readonly use: KeyUse;
}

/** Resolves when all keys are known; from then on it hears of changes as they are stored. */
export const followKeys = async (context: ServiceContext): Promise<KeyDirectory> => {
  const ring = new KeyRing();
  const following = await followIntoMemory<RingEvent>(context, {
    streams: ringStreams,
    apply: (commits) => ring.apply(commits),
    onUnknown: (error) => ring.close(error),
  });
  const use = await keepKeyUse(context);
  return {
    ring,
    use,
    take: following.take,
    stop: async () => {
      await following.stop();
      await use.stop();
    },
  };
};
