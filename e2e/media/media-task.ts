/** What a task found: nothing short is a pass. */
export interface Row {
  readonly name: string;
  readonly misses: readonly string[];
}

/** One run of the product, with what there is to measure of it. */
export interface MediaTask {
  readonly name: string;
  readonly run: () => Promise<{
    readonly row: Row;
    /** What it says of itself beside its name and whether it passed. */
    readonly told: string;
  }>;
}
