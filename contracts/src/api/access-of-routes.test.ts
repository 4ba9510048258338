import { expect, it } from 'vitest';
import { roles, scopeNames } from '../access/index.ts';
import { routes } from './routes.ts';

const idsWith = (access: string): string[] =>
  routes
    .filter((route) => route.access === access)
    .map(({ id }) => id)
    .toSorted();

it('opens no route by mistake: these need no key', () => {
  expect(idsWith('public')).toEqual(
    [
      'asyncapi',
      'documentation',
      'documentation_page',
      'health',
      'health_detailed',
      'health_live',
      'health_ready',
      'home',
      'legacy_docs',
      'legacy_redoc',
      'log_in',
      'openapi',
      'openapi_legacy',
      'open_share',
      'shared_file',
      'shared_page',
      'shared_thumbnail',
    ].toSorted(),
  );
  expect(routes.filter(({ isSigned }) => isSigned).map(({ id }) => id)).toEqual(['download_file']);
});

it('asks for a permission wherever something is shown or changed: these need just any key', () => {
  expect(idsWith('key')).toEqual([
    'change_password',
    'get_capabilities',
    'get_me',
    'get_session',
    'legacy_ffmpeg',
    'legacy_gpu_test',
    'list_operations',
    'log_out',
    'two_factor',
  ]);
});

it('gives each role what is written of it', () => {
  expect(roles.admin).toEqual(scopeNames);
  expect(roles.viewer).toEqual(['jobs:read', 'files:read']);
  expect(roles.webhook_only).toEqual(['jobs:create']);
  expect(roles.developer.filter((scope) => /^(keys|audit|settings|reviews|platform|perf):/.test(scope))).toEqual([]);
});
