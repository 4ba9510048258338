/** One input of a hand-written command: the name of its media, and the options that stand before it. */
export interface RawInput {
  readonly name: string;
  readonly options: readonly string[];
}

export interface RawOutput {
  readonly file: string;
  readonly options: readonly string[];
}

/** A hand-written command, taken apart; every option was looked up, nothing else gets through. */
export interface RawCommand {
  readonly inputs: readonly RawInput[];
  readonly filterComplex: string | null;
  readonly outputs: readonly RawOutput[];
}

/** What installations may demand of hand-written commands. */
export interface RawRules {
  readonly filtersMax: number;
  readonly needsLimit: boolean;
}

/** Where no installation's rules count: they were looked at before, or there is none. */
export const anyRules: RawRules = { filtersMax: 1_000, needsLimit: false };

export type RawRefusalCode = 'invalid_command' | 'forbidden_pattern' | 'forbidden_filter' | 'missing_limit';

/** Why a command is not carried out. */
export class RawRefusal extends Error {
  override readonly name = 'RawRefusal';
  readonly code: RawRefusalCode;
  constructor(code: RawRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const refuseRaw = (code: RawRefusalCode, message: string): never => {
  throw new RawRefusal(code, message);
};
