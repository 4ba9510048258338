import { z } from 'zod';
import { alertSeverity, ruleName } from '../../events/alerting.ts';
import { incidentResource, incidentStatus } from '../incident-resources.ts';
import { pathParam } from '../path-param.ts';
import { pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { paging } from './query.ts';

export const incidentRoutes = {
  list: defineRoute({
    id: 'list_incidents',
    method: 'GET',
    path: '/admin/incidents',
    tag: 'platform',
    summary: 'What went wrong with the platform, newest first, and who was told.',
    access: 'platform:read',
    query: z.strictObject({
      status: incidentStatus.optional().describe('Absent: all.'),
      severity: alertSeverity.optional(),
      rule: ruleName.optional().describe('Name of a rule, such as `high_failure_rate`.'),
      ...paging,
    }),
    success: 200,
    response: pageOf(incidentResource),
    errors: ['invalid_request'],
  }),
  get: defineRoute({
    id: 'get_incident',
    method: 'GET',
    path: '/admin/incidents/{id}',
    tag: 'platform',
    summary: 'One incident.',
    access: 'platform:read',
    params: { id: pathParam.incident },
    success: 200,
    response: incidentResource,
    errors: ['incident_not_found'],
  }),
} satisfies Record<string, Route>;
