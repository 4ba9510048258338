import { probablyMeant } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { configNotices } from './load-config.ts';

describe('a setting that is misspelt', () => {
  it.each([
    ['MAX_FILE_SIZE_MBS', 'MAX_FILE_SIZE_MB'],
    ['RETENTON_DAYS', 'RETENTION_DAYS'],
    ['RATE_LIMIT_REQUEST_PER_MINUTES', 'RATE_LIMIT_REQUESTS_PER_MINUTE'],
    ['FFAPI_DATADIR', 'FFAPI_DATA_DIR'],
    ['ALOW_PRIVATE_IPS', 'ALLOW_PRIVATE_IPS'],
  ])('%s is told, with %s', (given, meant) => {
    expect(configNotices({ [given]: '1' })).toEqual([
      `${given} is no setting and does nothing; did you mean ${meant}?`,
    ]);
  });

  it('a name of FFAPI that resembles none is told as well', () => {
    expect(configNotices({ FFAPI_WORKERS: '4' })).toEqual([
      'FFAPI_WORKERS is no setting and does nothing; docs/reference/configuration.md lists all of them.',
    ]);
  });

  it('what other programs use is left alone', () => {
    const others = ['HOME', 'HOSTNAME', 'PATH', 'POST', 'NODE_ENV', 'LOGNAME', 'SHELL_LEVEL', 'HOSTS', 'LANGUAGE'];
    expect(others.map((name) => probablyMeant(name, ['HOST', 'PORT', 'LOG_LEVEL', 'SERVICES']))).toEqual(
      others.map(() => null),
    );
    expect(configNotices({ ...process.env, FFAPI_CACHE_DIR: '/c', FFAPI_E2E_SHAPE: 'apart' })).toEqual([]);
  });
});
