import type { VerifyReason, WebhookVerdict } from '@ffapi/contracts';
import { standardSignature } from '@ffapi/secrets';
import { isEqual, verifySignature } from './signature.ts';

export interface ReceivedCall {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secret: string;
  readonly now: string;
}

/** As the public libraries allow it. */
const toleranceSeconds = 5 * 60;

const words: Readonly<Record<VerifyReason, string>> = {
  header_missing:
    'It carries no signature: webhook-id, webhook-timestamp and webhook-signature, x-ffapi-signature, or the member signature.',
  secret_malformed: 'whsec_ is followed by base64; this is not.',
  signature_mismatch: 'The signature is not one of these bytes with this secret: was the body parsed and written anew?',
  timestamp_invalid: 'webhook-timestamp is not a number of seconds.',
  timestamp_too_new: 'webhook-timestamp is more than five minutes ahead.',
  timestamp_too_old: 'The signature is right, but the call is more than five minutes old.',
};

type Checked = WebhookVerdict['checked'];

const refused = (reason: VerifyReason, checked: Checked): WebhookVerdict => ({
  valid: false,
  checked,
  reason,
  detail: words[reason],
});
const genuine = (checked: Checked): WebhookVerdict => ({
  valid: true,
  checked,
  reason: null,
  detail: 'The call is genuine.',
});

const isMalformed = (secret: string): boolean =>
  secret.startsWith('whsec_') && !/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret);

const embeddedSignature = (body: string): string | null => {
  try {
    const parsed: unknown = JSON.parse(body);
    const { signature } = parsed as { signature?: unknown };
    return typeof signature === 'string' ? signature : null;
  } catch {
    return null;
  }
};

const checkStandard = (
  { body, secret, now }: ReceivedCall,
  { id, timestamp, signatures }: { id: string; timestamp: string; signatures: string },
): WebhookVerdict => {
  const checked = 'webhook-signature';
  if (!/^\d{1,12}$/.test(timestamp)) return refused('timestamp_invalid', checked);
  const expected = standardSignature(secret, { id, timestamp, body });
  if (!signatures.split(' ').some((given) => isEqual(given, expected))) return refused('signature_mismatch', checked);
  const ageSeconds = Date.parse(now) / 1000 - Number(timestamp);
  if (ageSeconds > toleranceSeconds) return refused('timestamp_too_old', checked);
  return ageSeconds < -toleranceSeconds ? refused('timestamp_too_new', checked) : genuine(checked);
};

/** What a receiver would find, by the best signature that the call carries. */
export const verifyCall = (call: ReceivedCall): WebhookVerdict => {
  const headers = new Map(Object.entries(call.headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (isMalformed(call.secret)) return refused('secret_malformed', null);
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headers.get(name),
  );
  if (id !== undefined && timestamp !== undefined && signatures !== undefined)
    return checkStandard(call, { id, timestamp, signatures });
  const ofBytes = headers.get('x-ffapi-signature');
  const given = ofBytes ?? embeddedSignature(call.body);
  if (given === null) return refused('header_missing', null);
  const checked = ofBytes === undefined ? 'signature' : 'x-ffapi-signature';
  return verifySignature(call.body, given, call.secret) ? genuine(checked) : refused('signature_mismatch', checked);
};
