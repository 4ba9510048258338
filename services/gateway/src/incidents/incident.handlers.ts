import { runbookPath, type IncidentResource, type incidentRoutes } from '@ffapi/contracts';
import type { Collection } from '@ffapi/read-model';
import type { IncidentDocument } from './incidents.projection.ts';
import {
  pageBody,
  RequestRefused,
  type AnswerFor,
  type CallOf,
  type HandlersOf,
  type Slice,
} from '../requests/index.ts';

export interface IncidentPorts {
  readonly reads: { readonly incidents: Collection<IncidentDocument> };
  readonly baseUrl: () => string;
}

const pageDefault = 50;

const resourceOf = (incident: IncidentDocument, baseUrl: string): IncidentResource => {
  const { title, metric, comparison, threshold, windowSeconds } = incident.judgedBy;
  return {
    id: incident.incidentId,
    status: incident.status,
    rule: incident.rule,
    title,
    severity: incident.severity,
    subject: incident.subject,
    metric,
    comparison,
    threshold,
    window_seconds: windowSeconds,
    value: incident.value,
    details: incident.details,
    since: incident.since,
    opened_at: incident.openedAt,
    resolved_at: incident.resolvedAt,
    runbook_url: `${baseUrl}${runbookPath(incident.rule)}`,
    alerts: incident.alerts.map(({ event, status, attempts, lastError }) => ({
      event,
      status,
      attempts,
      last_error: lastError,
    })),
  };
};

const list = async (
  { reads, baseUrl }: IncidentPorts,
  { query }: CallOf<'list_incidents'>,
): Promise<AnswerFor<'list_incidents'>> => {
  const { cursor, limit = pageDefault, ...where } = query;
  const { documents, next } = await reads.incidents.find({
    where: { ...where },
    sort: 'openedAt',
    descending: true,
    after: cursor,
    limit,
  });
  const data = documents.map(({ document }) => resourceOf(document, baseUrl()));
  return { body: pageBody(data, next) };
};

const one = async (
  { reads, baseUrl }: IncidentPorts,
  { params }: CallOf<'get_incident'>,
): Promise<AnswerFor<'get_incident'>> => {
  const found = await reads.incidents.get(params.id);
  if (!found) throw new RequestRefused('incident_not_found');
  return { body: resourceOf(found.document, baseUrl()) };
};

/** What went wrong with the platform, over REST. */
export const openIncidents = (ports: IncidentPorts): Slice<HandlersOf<typeof incidentRoutes>> => ({
  handlers: {
    list_incidents: (call) => list(ports, call),
    get_incident: (call) => one(ports, call),
  },
});
