import type { Token } from '../argv/token.ts';

/** An option with its stream specifier apart: `-c:v:0` is `c` for `v:0`. */
export interface OptionWord {
  readonly name: string;
  readonly stream: string;
  readonly value: Token | undefined;
}

/** What stands before one output. */
export interface Section {
  readonly options: readonly OptionWord[];
}

/** A call of FFmpeg, as far as its memory depends on it. */
export interface CallWords {
  /** Inputs in order, by name; null for what is no file of a user's. */
  readonly inputs: readonly (string | null)[];
  readonly outputs: readonly Section[];
  /** Every graph of filters, `-vf` of an output with its place among the outputs. */
  readonly complex: readonly string[];
}

const flags = new Set(
  'an vn sn dn y n shortest nostdin hide_banner nostats stats copyts start_at_zero accurate_seek noaccurate_seek autorotate noautorotate'.split(
    ' ',
  ),
);

const optionIn = (token: Token | undefined): { name: string; stream: string } | null => {
  const [, name, stream = ''] = (typeof token === 'string' && /^-([a-z][\w-]*)(?::(.+))?$/i.exec(token)) || [];
  return name === undefined ? null : { name, stream };
};

/** Takes the arguments of one call apart. */
export const readCall = (argv: readonly Token[]): CallWords => {
  const inputs: (string | null)[] = [];
  const outputs: Section[] = [];
  const complex: string[] = [];
  let options: OptionWord[] = [];
  for (let at = 0; at < argv.length; at++) {
    const option = optionIn(argv[at]);
    if (option === null) {
      outputs.push({ options });
      options = [];
      continue;
    }
    if (flags.has(option.name)) {
      options.push({ ...option, value: undefined });
      continue;
    }
    const value = argv[++at];
    if (option.name === 'i') {
      inputs.push(typeof value === 'object' && 'in' in value ? value.in : null);
      options = [];
    } else if (/^(filter_complex|lavfi)$/.test(option.name)) complex.push(String(value));
    else options.push({ ...option, value });
  }
  return { inputs, outputs, complex };
};
