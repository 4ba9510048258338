import type { MultipartFile } from '@fastify/multipart';
import { type Claim, RequestRefused, type Call } from '../requests/index.ts';
import { readForm, storePart, type SentFile } from '../files/index.ts';
import type { SubmitPorts } from './submit-job.handlers.ts';

type FormPorts = Pick<SubmitPorts, 'context' | 'standing'>;

/** The media types that the file of each field may have; the first field is required. */
type Accepted = Readonly<Record<string, RegExp>>;

export interface FormOptions {
  /** Hears of every field that is no file. */
  readonly onText?: (field: string, text: string) => void;
  /** Ties the file of a field to one id; see `storePart`. */
  readonly claim?: (field: string, sent: SentFile, newId: () => string) => Promise<Claim>;
}

/** The files of a form by field, stored; each must be of the kind that its field is for. */
export const storedParts = (
  ports: FormPorts,
  call: Call,
  accepted: Accepted,
  options: FormOptions = {},
): Promise<Readonly<Record<string, string>>> =>
  ports.standing.during(call, () =>
    readForm(ports.context, call, Object.keys(accepted).length, (fileSize) =>
      storeAccepted(ports, call, accepted, { ...options, fileSize }),
    ),
  );

const storeAccepted = async (
  { context }: FormPorts,
  call: Call,
  accepted: Accepted,
  { fileSize, onText, claim }: FormOptions & { readonly fileSize: number },
): Promise<Readonly<Record<string, string>>> => {
  if (!call.request.isMultipart()) throw new RequestRefused('media_type_not_supported');
  const stored: Record<string, string> = {};
  const parts = call.request.parts({ limits: { files: Object.keys(accepted).length, fileSize } });
  for await (const part of parts) {
    if (part.type !== 'file') {
      // A part that calls itself JSON comes parsed.
      onText?.(part.fieldname, typeof part.value === 'string' ? part.value : JSON.stringify(part.value));
      continue;
    }
    const { fieldname } = part;
    const types = Object.hasOwn(accepted, part.fieldname) ? accepted[part.fieldname] : undefined;
    if (!types || stored[part.fieldname] !== undefined) refusePart(part, 'invalid_request');
    else if (!types.test(part.mimetype)) refusePart(part, 'media_type_not_supported');
    else {
      const sender = {
        caller: call.caller,
        announcedBytes: null,
        ...(claim && { claim: (sent: SentFile, newId: () => string) => claim(fieldname, sent, newId) }),
      };
      stored[fieldname] = (await storePart(context, sender, part)).fileId;
    }
  }
  const [required = ''] = Object.keys(accepted);
  if (stored[required] === undefined)
    throw new RequestRefused('input_required', {
      errors: [
        { pointer: `/${required}`, code: 'required', message: `The form needs a file in the field ${required}.` },
      ],
    });
  return stored;
};

const refusePart = (part: MultipartFile, code: string): never => {
  part.file.resume();
  throw new RequestRefused(code, {
    errors: [
      {
        pointer: `/${part.fieldname}`,
        code: 'media_type',
        message: `${part.mimetype || 'This type'} is not taken here.`,
      },
    ],
  });
};
