export type { Due } from './incident-directory.state.ts';
export { incidentIdOf } from './incident-id.ts';
export type { IncidentState, Opened } from './incident.decider.ts';
export { type Incidents, openIncidents } from './open-incidents.runner.ts';
