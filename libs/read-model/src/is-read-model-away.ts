/** By the names of the driver, which is loaded only where it is used. */
const mongoAway =
  /^Mongo(Network|NetworkTimeout|NotConnected|OperationTimeout|PoolCleared|PoolClosed|ServerClosed|ServerSelection|StalePrimary|TopologyClosed|WriteConcern)Error$/;

/** Busy, locked, not to be read or written, full, not to be opened. */
const sqliteAway = new Set([5, 6, 10, 13, 14]);
/** The rest of the code says more closely which. */
const primary = 0xff;

/** Whether a read model failed because its database was away, busy or full; what a query did wrong is something else. */
export const isReadModelAway = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code, errcode, hasErrorLabel } = error as {
    code?: unknown;
    errcode?: number;
    hasErrorLabel?: (label: string) => boolean;
  };
  if (code === 'ERR_SQLITE_ERROR') return sqliteAway.has((errcode ?? 0) & primary);
  return mongoAway.test(error.name) || hasErrorLabel?.call(error, 'RetryableWriteError') === true;
};
