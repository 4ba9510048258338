import { z } from 'zod';
import { hardware, priority } from '../events/shapes.ts';
import { controls } from '../kernel/plain-text.ts';
import { inputName } from '../operations/input-aliases.ts';
import { mediaField } from '../operations/media-field.ts';
import type { Operation } from '../operations/operation.ts';

/** Marks a field in JSON Schemas that is only another name of the one it tells. */
export const aliasMark = 'x-alias-of';

const bytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** Headers a submit may have its URLs fetched with. */
export const fetchHeaderNames = [
  'user-agent',
  'accept',
  'accept-language',
  'ngrok-skip-browser-warning',
  'authorization',
] as const;

/** Headers by name, with values as HTTP carries them (RFC 9110, 5.5): of anything else a call could not be made. */
export const headerMap = z.record(
  z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, 'not a header name'),
  z
    .string()
    .max(4096)
    .regex(
      new RegExp(String.raw`^[\t\u0020-\u007e\u0080-\u00ff]*$`),
      'a header holds characters of Latin-1 only, and no line breaks or other controls',
    ),
);

/** The fields every submit takes beside those of its operation. */
export const submitFields = {
  priority: priority
    .default('normal')
    .describe('Who goes first when jobs wait: high, normal, low share the turns 8:3:1.'),
  webhook_url: z
    .url({ protocol: /^https?$/ })
    .max(4096)
    .optional()
    .describe('Called when this job ends, signed.'),
  webhook_headers: headerMap.optional().describe('Sent along with that call; kept encrypted.'),
  output_name: z
    .string()
    .min(1)
    .max(200)
    .regex(new RegExp(String.raw`^[^/\\${controls}]+$`, 'u'), 'must be a plain file name')
    .refine((name) => !/^[.-]/.test(name) && !name.includes('%'), 'must not begin with . or -, nor hold %')
    .optional()
    .describe('Name of the output file.'),
  headers: headerMap
    .refine(
      (map) => Object.keys(map).every((name) => (fetchHeaderNames as readonly string[]).includes(name.toLowerCase())),
      {
        message: `only ${fetchHeaderNames.join(', ')} are sent`,
      },
    )
    .optional()
    .describe('Sent when the input URLs are fetched; kept encrypted.'),
  metadata: z
    .record(z.string().max(64), z.unknown())
    .refine((value) => bytes(value) <= 2048, 'at most 2 KiB')
    .default({})
    .describe('Yours; given back with the job and its webhooks.'),
  hardware: hardware
    .default('auto')
    .describe(
      'auto: a GPU where one offers the codec; gpu: waits up to 30 s for one, then the CPU does it; cpu: never a GPU.',
    ),
};

/** The fields of a submit: the operation's, its inputs under each name of old, the common ones. */
export const submitShape = (operation: Operation): z.ZodRawShape => {
  const inputs: Record<string, z.ZodType> = {};
  for (const [name, { fields }] of Object.entries(operation.inputs)) {
    for (const [place, field] of fields.entries()) {
      const about =
        place === 0
          ? { description: `The ${name}: an http(s) URL or a stored file's id.` }
          : { description: `Same as ${fields[0]}.`, [aliasMark]: fields[0] };
      inputs[field] = mediaField.optional().meta(about);
    }
  }
  return { ...inputs, ...operation.params.shape, ...submitFields };
};

/** A checked submit: the common fields and those of its operation. */
export type SubmitBody<P extends z.ZodObject = z.ZodObject> = z.output<z.ZodObject<typeof submitFields>> &
  Readonly<z.output<P>>;

/** The whole body of a submit. `input` stands for its main medium; `resolveAliases` gives that the name of old. */
export const submitBody = <P extends z.ZodObject>(operation: Operation<P>): z.ZodType<SubmitBody<P>> => {
  const [main] = Object.entries(operation.inputs);
  const input = main && { [inputName]: mediaField.optional().describe(`The ${main[0]}, as in every operation.`) };
  // Beside names that are known only when it runs, types lose those that they know.
  return z.strictObject({ ...input, ...submitShape(operation) }) as z.ZodType as z.ZodType<SubmitBody<P>>;
};

export const submitQuery = z.strictObject({
  dry_run: z.enum(['true', 'false']).optional().describe('true: answer with the plan, run nothing.'),
});

/** The query of a submit whose path FFAPI 1 had, too. */
export const plainSubmitQuery = submitQuery.extend({
  as_json: z.stringbool().default(false).describe('true: answer JSON with the addresses; otherwise the first file.'),
});
