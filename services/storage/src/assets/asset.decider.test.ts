import { assetAggregate, type AssetEvent, type AssetStoredData } from '@ffapi/contracts';
import { EventUnknown } from '@ffapi/es';
import { describe, expect, it } from 'vitest';
import { assetDecider, type AssetCommand } from './asset.decider.ts';

const { initialState, decide, evolve } = assetDecider;
const asset: AssetStoredData = {
  fileId: 'file_01k9vjz6f8',
  apiKeyId: 'key_1',
  name: 'out.mp4',
  contentType: 'video/mp4',
  blob: { sha256: 'a'.repeat(64), sizeBytes: 10 },
  sizeBytes: 10,
  main: null,
  media: null,
  origin: { kind: 'job', jobId: 'job_01k9vjz6f8', task: 3, output: 'out.mp4' },
  expiresAt: '2026-01-08T00:00:00Z',
};
const store: AssetCommand = { type: 'StoreAsset', asset };
const remove: AssetCommand = { type: 'DeleteAsset', by: 'key_1', reason: 'user' };

const run = (...commands: AssetCommand[]): AssetEvent[] => {
  const events: AssetEvent[] = [];
  for (const command of commands) {
    for (const event of decide(command, events.reduce(evolve, initialState))) {
      assetAggregate.events[event.type][1].parse(event.data);
      events.push(event);
    }
  }
  return events;
};

describe('asset', () => {
  it('is stored once, however often a publish is repeated', () => {
    expect(run(store, store)).toEqual([{ type: 'AssetStored', version: 1, data: asset }]);
    expect(run(store).reduce(evolve, initialState)).toEqual({ status: 'stored', stored: asset });
  });

  it('is deleted once and stays so', () => {
    const events = run(store, remove, remove, store);
    expect(events.map(({ type }) => type)).toEqual(['AssetStored', 'AssetDeleted']);
    expect(events[1]?.data).toEqual({
      fileId: asset.fileId,
      apiKeyId: 'key_1',
      name: 'out.mp4',
      by: 'key_1',
      sizeBytes: 10,
      reason: 'user',
    });
    expect(events.reduce(evolve, initialState).status).toBe('deleted');
  });

  it('is pictured once, also where there is nothing to see', () => {
    const thumbnail = { sha256: 'b'.repeat(64), sizeBytes: 3 };
    const picture = (found: typeof thumbnail | null): AssetCommand => ({ type: 'RecordThumbnail', thumbnail: found });
    const { fileId, apiKeyId } = asset;
    const made = (found: typeof thumbnail | null) => ({
      type: 'AssetThumbnailMade',
      version: 1,
      data: { fileId, apiKeyId, thumbnail: found },
    });
    expect(run(store, picture(thumbnail), picture(null)).slice(1)).toEqual([made(thumbnail)]);
    expect(run(store, picture(null), picture(thumbnail)).slice(1)).toEqual([made(null)]);
    expect(run(store, remove, picture(thumbnail)).map(({ type }) => type)).toEqual(['AssetStored', 'AssetDeleted']);
    expect(() => run(picture(thumbnail))).toThrow('file_not_found');
  });

  it('is looked at once, and is still there', () => {
    const media = { durationSeconds: 2, width: 320, height: 180, videoCodec: 'h264', audioCodec: null };
    const probe: AssetCommand = { type: 'RecordProbe', probe: { media, reason: null } };
    const events = run(store, probe, { type: 'RecordProbe', probe: { media: null, reason: 'media_unreadable' } });
    const { fileId, apiKeyId } = asset;
    expect(events[1]).toEqual({ type: 'AssetProbed', version: 1, data: { fileId, apiKeyId, media, reason: null } });
    const state = events.reduce(evolve, initialState);
    expect(state).toEqual({ status: 'stored', stored: asset, probe: { media, reason: null } });
    expect(decide(remove, state).map(({ type }) => type)).toEqual(['AssetDeleted']);
    expect(run(store, remove, probe)).toHaveLength(2);
    expect(() => run(probe)).toThrow('file_not_found');
  });

  it('is not decided about by a version that does not know what happened to it', () => {
    const tagged = { type: 'AssetTagged', version: 1, data: {} } as unknown as AssetEvent;
    for (const state of [initialState, run(store).reduce(evolve, initialState)])
      expect(() => evolve(state, tagged)).toThrow(EventUnknown);
  });

  it('cannot be deleted before it is stored', () => {
    expect(() => run(remove)).toThrow('file_not_found');
  });
});
