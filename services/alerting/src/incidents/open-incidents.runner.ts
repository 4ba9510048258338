import { incidentAggregate, incidentStream, type IncidentEvent } from '@ffapi/contracts';
import { type RecordedCommit } from '@ffapi/es';
import { commander, followIntoMemory, type Running, type ServiceContext } from '@ffapi/service-kit';
import { incidentDecider, type IncidentCommand } from './incident.decider.ts';
import { IncidentDirectory } from './incident-directory.state.ts';

export interface Incidents extends Running {
  readonly known: IncidentDirectory;
  /** Decides and appends; gives the commit, or `null` when there was nothing left to do. */
  write(incidentId: string, command: IncidentCommand): Promise<RecordedCommit<IncidentEvent> | null>;
}

const commitIdOf = (command: IncidentCommand): string =>
  command.type === 'RecordAttempt' ? `${command.alert}_${command.attempt}` : command.type;

/** All incidents as they are, and the way to change them; what was written is known when the call returns. */
export const openIncidents = async (context: ServiceContext): Promise<Incidents> => {
  const known = new IncidentDirectory();
  const { take, stop } = await followIntoMemory<IncidentEvent>(context, {
    streams: [incidentAggregate.pattern],
    apply: (commits) => known.apply(commits),
  });
  const decide = commander(context, incidentDecider, incidentStream);
  return {
    known,
    write: async (incidentId, command) => {
      const { commit } = await decide(incidentId, command, { commitId: commitIdOf(command), causationId: 'alerting' });
      if (commit) take(commit);
      return commit;
    },
    stop,
  };
};
