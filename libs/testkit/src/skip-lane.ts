/**
 * Says aloud that tests cannot run on this machine, and why; `npm test` repeats it at its end. `packages`: those that
 * are not covered without them, which the floor of coverage then leaves out.
 */
export const skipLane = (why: string, packages: readonly string[] = []): void => {
  console.log(`LANE SKIPPED ${why}`);
  for (const name of packages) console.log(`NOT MEASURED ${name}`);
};
