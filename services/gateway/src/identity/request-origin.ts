export interface SaidOrigin {
  /** The header `Origin`. */
  readonly origin: string | undefined;
  /** The header `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
  /** The origins of this platform. */
  readonly own: readonly string[];
}

/**
 * Where a browser says a request comes from: a page of this platform, another, or it says nothing. Both headers are
 * out of reach of a page's scripts; one word against it outweighs one for it.
 */
export const originSaid = ({ origin, fetchSite, own }: SaidOrigin): 'own' | 'foreign' | 'nothing' => {
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return 'foreign';
  if (origin !== undefined && !own.includes(origin)) return 'foreign';
  return fetchSite === 'same-origin' || origin !== undefined ? 'own' : 'nothing';
};
