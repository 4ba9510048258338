/** One page of a list as every list answers with it. */
export const pageBody = <T>(data: T, next: string | null) => ({ data, has_more: next !== null, next_cursor: next });
