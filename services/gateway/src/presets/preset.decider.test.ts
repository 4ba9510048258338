import { given } from '@ffapi/es-testing';
import { describe, expect, it } from 'vitest';
import { presetDecider } from './preset.decider.ts';

const ref = { apiKeyId: 'key_a', name: 'small' };
const define = { type: 'DefinePreset', ...ref, operation: 'transcode', fields: { crf: 30 } } as const;
const defined = (presetVersion: number, fields: Record<string, unknown> = { crf: 30 }) =>
  ({ type: 'PresetDefined', version: 1, data: { ...ref, presetVersion, operation: 'transcode', fields } }) as const;
const deleted = { type: 'PresetDeleted', version: 1, data: ref } as const;

describe('a preset', () => {
  it('is defined, and defined anew as the next version', () => {
    given(presetDecider, [])
      .when(define)
      .then([defined(1)]);
    given(presetDecider, [defined(1)])
      .when({ ...define, fields: { crf: 20 } })
      .then([defined(2, { crf: 20 })]);
  });

  it('stays as it is when nothing changes', () => {
    given(presetDecider, [defined(1)])
      .when(define)
      .then([]);
  });

  it('goes on counting after it was deleted', () => {
    given(presetDecider, [defined(1)])
      .when({ type: 'DeletePreset', ...ref })
      .then([deleted]);
    given(presetDecider, [defined(1), deleted])
      .when(define)
      .then([defined(2)]);
  });

  it('is deleted once', () => {
    given(presetDecider, [defined(1), deleted])
      .when({ type: 'DeletePreset', ...ref })
      .thenRefused('preset_not_found');
  });

  it('is one of at most 200', () => {
    const many = Array.from({ length: 200 }, (_, n) => ({
      ...defined(1),
      data: { ...defined(1).data, name: `p${n}` },
    }));
    given(presetDecider, many).when(define).thenRefused('preset_limit');
    expect(many).toHaveLength(200);
  });
});
