import { capabilitiesResource, meResource } from '../me-resources.ts';
import { defineRoute, type Route } from '../route.ts';

export const meRoutes = {
  me: defineRoute({
    id: 'get_me',
    method: 'GET',
    path: '/v1/me',
    tag: 'access',
    summary: 'Who asks: key or person, what they may, their quota, what of it is used, and the limits of requests.',
    access: 'key',
    success: 200,
    response: meResource,
  }),
  capabilities: defineRoute({
    id: 'get_capabilities',
    method: 'GET',
    path: '/v1/capabilities',
    tag: 'platform',
    summary: 'What this installation can do now: operations with workers, GPUs, what is switched on.',
    access: 'key',
    success: 200,
    response: capabilitiesResource,
  }),
} satisfies Record<string, Route>;
