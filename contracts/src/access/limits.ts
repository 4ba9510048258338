/** Requests a minute of a key, and of an address without one, where nothing else is configured. */
export const requestsPerMinuteDefault = 60;

/** Watching one's own jobs and fetching files is counted apart, and this many times as generously. */
export const pollsPerRequest = 10;

/** The longest time, in seconds, that `Prefer: wait` is honoured. */
export const waitSecondsMax = 300;

/** Bytes of a JSON body. */
export const bodyBytesMax = 128 * 1024;
