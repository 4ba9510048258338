import { settingsChange } from '../../access/platform-settings.ts';
import { defineRoute, type Route } from '../route.ts';
import { settingsResource } from '../session-resources.ts';

export const settingRoutes = {
  get: defineRoute({
    id: 'get_settings',
    method: 'GET',
    path: '/admin/settings',
    tag: 'platform',
    summary: 'The settings that can be changed while the platform runs, as they are in force.',
    access: 'settings:manage',
    success: 200,
    response: settingsResource,
  }),
  change: defineRoute({
    id: 'change_settings',
    method: 'PATCH',
    path: '/admin/settings',
    tag: 'platform',
    summary: 'Changes settings, in all processes and for good; null takes one back to what is configured.',
    access: 'settings:manage',
    body: settingsChange,
    success: 200,
    response: settingsResource,
    errors: ['settings_refused'],
  }),
} satisfies Record<string, Route>;
