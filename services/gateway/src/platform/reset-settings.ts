import { settingStream, type SettingEvent } from '@ffapi/contracts';
import { fold, handleCommand } from '@ffapi/es';
import type { ServiceContext } from '@ffapi/service-kit';
import { settingsDecider } from './settings.decider.ts';

/** Takes back everything that was set at runtime, if you are locked out; resolves with the names. */
export const resetSettings = async ({ store, newId, now }: ServiceContext): Promise<string[]> => {
  const { commits } = await store.load<SettingEvent>(settingStream);
  const names = Object.keys(fold(settingsDecider, commits));
  const changes = Object.fromEntries(names.map((name) => [name, null]));
  const requestId = newId('req');
  await handleCommand(
    store,
    settingsDecider,
    settingStream,
    { changes, by: 'operator' },
    { commitId: newId('cmd'), occurredAt: now(), correlationId: requestId, causationId: requestId },
  );
  return names;
};
