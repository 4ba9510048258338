import {
  closeBy,
  efforts,
  isEffort,
  isProfile,
  presetStream,
  probablyMeant,
  profiles,
  type PresetEvent,
  type PresetResource,
  type presetRoutes,
} from '@ffapi/contracts';
import { checkParams } from '@ffapi/raw-command';
import { fold, handleCommand } from '@ffapi/es';
import type { ServiceContext } from '@ffapi/service-kit';
import { presetDecider, type PresetCommand } from './preset.decider.ts';
import {
  causedBy,
  type FieldError,
  replayed,
  underClaim,
  type Idempotency,
  fieldsOf,
  type Fields,
  RequestRefused,
  type Call,
  type HandlersOf,
  type SubmitCall,
} from '../requests/index.ts';

const ownPresets = async ({ store }: ServiceContext, keyId: string) => {
  const { commits } = await store.load<PresetEvent>(presetStream(keyId));
  const createdAt = new Map<string, string>();
  for (const { events, occurredAt } of commits)
    for (const { type, data } of events) if (type === 'PresetDefined') createdAt.set(data.name, occurredAt);
  return { ...fold(presetDecider, commits), createdAt };
};

const builtIn: readonly PresetResource[] = Object.entries(profiles).map(([name, fields]) => ({
  name,
  version: 0,
  operation: 'transcode',
  fields,
  built_in: true,
  created_at: null,
}));

const listed = async (context: ServiceContext, keyId: string): Promise<PresetResource[]> => {
  const { presets, createdAt } = await ownPresets(context, keyId);
  const own = Object.entries(presets).map(([name, { version, operation, fields }]) => ({
    name,
    version,
    operation,
    fields: { ...fields },
    built_in: false,
    created_at: createdAt.get(name) ?? null,
  }));
  return [...builtIn, ...own];
};

const execute = (context: ServiceContext, call: Call, command: PresetCommand) =>
  handleCommand(context.store, presetDecider, presetStream(call.caller.keyId), command, causedBy(context, call));

const isReserved = (name: string): boolean => isProfile(name) || isEffort(name);

/** Only what was sent: defaults are the submit's business. */
const sentFields = ({ request }: Call): Fields => ({ ...fieldsOf(fieldsOf(request.body).fields) });

export const presetHandlers = (context: ServiceContext, idempotency: Idempotency): HandlersOf<typeof presetRoutes> => {
  const find = async ({ caller }: Call, name: string): Promise<PresetResource> => {
    const found = (await listed(context, caller.keyId)).find((each) => each.name === name);
    if (!found) throw new RequestRefused('preset_not_found');
    return found;
  };
  return {
    list_presets: async (call) => ({ body: { data: await listed(context, call.caller.keyId) } }),
    get_preset: async (call) => ({ body: await find(call, call.params.name) }),
    define_preset: async (call) => {
      const { name, operation } = call.body;
      if (isReserved(name)) throw new RequestRefused('preset_reserved');
      const { hardware: _, ...params } = sentFields(call);
      const issues = checkParams(operation, params);
      if (issues.length > 0)
        throw new RequestRefused(issues[0]?.code ?? 'invalid_request', {
          errors: issues.map((issue) => ({ ...issue, pointer: `/fields${issue.pointer}` })),
        });
      const { keyId: apiKeyId } = call.caller;
      const claim = await idempotency.claim(call, () => context.newId('cmd'));
      const command = { type: 'DefinePreset', apiKeyId, name, operation, fields: sentFields(call) } as const;
      // The same again is no new version, so what was cut off may be done again.
      await underClaim(claim, () => execute(context, call, command));
      const defined = await find(call, name);
      return { headers: { location: `/v1/presets/${name}`, ...replayed(claim) }, body: defined };
    },
    delete_preset: async (call) => {
      const name = call.params.name;
      if (isReserved(name)) throw new RequestRefused('preset_reserved');
      await execute(context, call, { type: 'DeletePreset', apiKeyId: call.caller.keyId, name });
      return { status: 204 };
    },
  };
};

const namesMax = 30;

/** An unknown preset with the names of those that exist: the platform's and the caller's own. */
export const namingPresets = async (
  context: ServiceContext,
  { caller, body }: SubmitCall,
  issues: readonly FieldError[],
): Promise<readonly FieldError[]> => {
  if (!issues.some(({ code }) => code === 'preset_unknown')) return issues;
  const { presets } = await ownPresets(context, caller.keyId);
  const names = [...efforts, ...Object.keys(profiles), ...Object.keys(presets)];
  const suggestion = probablyMeant(String(body.preset), names, closeBy);
  const shown = `There are ${names.slice(0, namesMax).join(', ')}${names.length > namesMax ? ', …' : ''}`;
  const message = `${shown}${suggestion === null ? '.' : `; did you mean ${suggestion}?`}`;
  return issues.map((issue) =>
    issue.code === 'preset_unknown' ? { ...issue, message, ...(suggestion !== null && { suggestion }) } : issue,
  );
};

/**
 * The body of a transcode with the fields of the stored preset it names, where the request itself says nothing; any
 * other body as it is.
 */
export const withPreset = async (
  context: ServiceContext,
  operationId: string,
  call: SubmitCall,
): Promise<SubmitCall> => {
  const { body } = call;
  const name = body.preset;
  if (operationId !== 'transcode' || typeof name !== 'string' || isReserved(name)) return call;
  const { presets } = await ownPresets(context, call.caller.keyId);
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (!preset) return call;
  const sent = fieldsOf(call.request.body);
  const { preset: _, ...given } = Object.fromEntries(
    Object.entries(body).filter(([field]) => Object.hasOwn(sent, field)),
  );
  const { preset: __, ...defaults } = body;
  return { ...call, body: { ...defaults, ...preset.fields, ...given } };
};
