/** The span that a query means: up to now where it names no end, of the usual length where it names no beginning. */
export const spanOf = (
  { after, before }: { readonly after?: string | undefined; readonly before?: string | undefined },
  { now, usualMs }: { readonly now: string; readonly usualMs: number },
): { readonly from: string; readonly to: string } => {
  const to = before === undefined ? now : new Date(before).toISOString();
  return { from: new Date(after ?? Date.parse(to) - usualMs).toISOString(), to };
};
