/** The start of the hour, in UTC. */
export const hourOf = (at: string): string => `${at.slice(0, 13)}:00:00.000Z`;
/** The start of the day, in UTC. */
export const dayOf = (at: string): string => `${at.slice(0, 10)}T00:00:00.000Z`;
