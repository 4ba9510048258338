import { z } from 'zod';

/** An address, or a range in CIDR notation. */
export const addressRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
