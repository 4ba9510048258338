import type { z } from 'zod';

/**
 * Why a message between services cannot be read, as the place that is at fault; `null`: it can be. Members that are not
 * known are passed over: during an upgrade, newer processes send them.
 */
export const messageFault = (schema: z.ZodType, message: unknown): string | null => {
  const issues = schema.safeParse(message).error?.issues ?? [];
  const fault = issues.find(({ code }) => code !== 'unrecognized_keys');
  return fault ? `${fault.path.map(String).join('.')}: ${fault.message}` : null;
};
