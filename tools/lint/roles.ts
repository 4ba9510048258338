/** What a file of a service that touches the world does; one without any of these is pure. */
export const shellRoles = ['client', 'consumer', 'handlers', 'http', 'leader', 'runner', 'service', 'state'];
export const pureRoles = ['decider', 'policy', 'projection'];
