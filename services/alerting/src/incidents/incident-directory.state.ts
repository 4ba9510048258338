import type { IncidentEvent } from '@ffapi/contracts';
import type { RecordedCommit } from '@ffapi/es';
import { dueAlert, isSettled, type DueAlert } from './due-alert.ts';
import { incidentDecider, type IncidentState, type Opened } from './incident.decider.ts';

interface Newest {
  readonly incidentId: string;
  readonly number: number;
}

export interface Due extends DueAlert {
  readonly opened: Opened;
  readonly state: IncidentState;
}

/** Incidents in memory: which are open, what is still to be told, and how many there were of each rule and subject. */
export class IncidentDirectory {
  readonly #states = new Map<string, IncidentState>();
  readonly #newest = new Map<string, Map<string, Newest>>();

  apply(commits: readonly RecordedCommit<IncidentEvent>[]): void {
    for (const event of commits.flatMap(({ events }) => events)) {
      const { incidentId } = event.data;
      if (event.type === 'IncidentOpened') this.#note(event.data);
      const before = this.#states.get(incidentId) ?? incidentDecider.initialState;
      this.#states.set(incidentId, incidentDecider.evolve(before, event));
    }
  }

  /** Ids of the open incidents of a rule, by subject. */
  openOf(rule: string): ReadonlyMap<string, string> {
    const open = [...(this.#newest.get(rule) ?? [])].filter(([, { incidentId }]) => this.#isOpen(incidentId));
    return new Map(open.map(([subject, { incidentId }]) => [subject, incidentId]));
  }

  nextNumber(rule: string, subject: string): number {
    return (this.#newest.get(rule)?.get(subject)?.number ?? 0) + 1;
  }

  /** What is to be told now; lets go of those that are over and of which nothing is left to be told. */
  due(now: string): Due[] {
    for (const [id, state] of this.#states) if (isSettled(state, now)) this.#states.delete(id);
    return [...this.#states.values()].flatMap((state) => {
      const due = dueAlert(state, now);
      return due && state.opened ? [{ ...due, state, opened: state.opened }] : [];
    });
  }

  #isOpen(incidentId: string): boolean {
    return this.#states.get(incidentId)?.resolvedAt === null;
  }

  #note({ incidentId, rule: { name }, subject, number }: Opened): void {
    const forRule = this.#newest.get(name) ?? new Map<string, Newest>();
    this.#newest.set(name, forRule);
    if (number > (forRule.get(subject)?.number ?? 0)) forRule.set(subject, { incidentId, number });
  }
}
