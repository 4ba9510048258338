export { openIncidents } from './incident.handlers.ts';
export { incidents } from './incidents.projection.ts';
