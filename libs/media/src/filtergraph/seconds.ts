/** A length as filters and options take it. */
export const seconds = (durationMs: number): string => (durationMs / 1000).toFixed(6).replace(/\.?0+$/, '');
