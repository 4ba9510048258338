import type { SettingsChange } from '@ffapi/contracts';
import { given } from '@ffapi/es-testing';
import { describe, it } from 'vitest';
import { settingsDecider } from './settings.decider.ts';

const by = 'key_admin';
const changed = (changes: SettingsChange) => ({ type: 'SettingsChanged', version: 1, data: { changes, by } }) as const;

describe('settings', () => {
  it('are changed one by one', () => {
    given(settingsDecider, [changed({ rate_limit_rpm: 10 })])
      .when({ changes: { rate_limit_rpm: 10, require_login: true }, by })
      .then([changed({ require_login: true })]);
  });

  it('are taken back where they were set', () => {
    given(settingsDecider, [changed({ rate_limit_rpm: 10 })])
      .when({ changes: { rate_limit_rpm: null, require_login: null }, by })
      .then([changed({ rate_limit_rpm: null })]);
  });

  it('stay as they are when nothing is new', () => {
    const entries = { whitelist_entries: ['192.0.2.0/24'] };
    given(settingsDecider, [changed(entries)])
      .when({ changes: entries, by })
      .then([]);
    given(settingsDecider, [changed(entries), changed({ whitelist_entries: null })])
      .when({ changes: { whitelist_entries: null }, by })
      .then([]);
  });
});
