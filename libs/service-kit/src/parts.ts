interface Part {
  stop(): Promise<void> | void;
}

export interface Parts {
  /** Stops the part with the others; gives it back. */
  keep<T extends Part>(part: T): T;
  /** Stops all, in reverse order of being kept; one that fails to stop keeps none of the others. */
  stop(): Promise<void>;
}

/** Parts of what runs, as they are opened. */
export const createParts = (): Parts => {
  const stack = new AsyncDisposableStack();
  return {
    keep: (part) => {
      stack.defer(() => part.stop());
      return part;
    },
    stop: () => stack.disposeAsync(),
  };
};
