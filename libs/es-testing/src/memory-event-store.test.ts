import { eventStoreSuite } from './event-store.suite.ts';
import { createMemoryEventStore } from './memory-event-store.ts';

eventStoreSuite('memory', async () => {
  const store = createMemoryEventStore();
  return {
    open: async () => store,
    openOther: async () => createMemoryEventStore(),
    cutOff: () => store.close(),
    close: () => store.close(),
    timeoutMs: 0,
  };
});
