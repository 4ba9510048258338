/** A name of one label, or below these, is known to the resolver of one network only, such as that of a cluster. */
const namesOfOneNetwork = /^(?!localhost$)[^.:[\]]+$|\.(svc|local|internal|docker|consul)$/i;

/** Whether a direct link to a server at this address would lead clients anywhere. */
export const leadsClients = (endpoint: string): boolean => !namesOfOneNetwork.test(new URL(endpoint).hostname);
