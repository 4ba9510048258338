import { isInRanges } from '@ffapi/api-keys';

export interface Hops {
  /** Who has connected. */
  readonly peer: string;
  /** The header `X-Forwarded-For`: each hop adds whom it heard. */
  readonly forwardedFor: string | undefined;
  /** Whose word counts: addresses and CIDR ranges. */
  readonly trusted: readonly string[];
}

/** Whether the word of this peer counts. */
export const isTrusted = (trusted: readonly string[], peer: string): boolean =>
  trusted.length > 0 && isInRanges(trusted, peer);

/** The address of the client: the last one that a trusted proxy heard and that is none itself. */
export const clientAddress = ({ peer, forwardedFor, trusted }: Hops): string => {
  const heard = (forwardedFor ?? '').split(',').map((each) => each.trim());
  let address = peer;
  for (const hop of heard.toReversed()) {
    if (hop === '' || !isTrusted(trusted, address)) return address;
    address = hop;
  }
  return address;
};
