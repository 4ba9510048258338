import { checkOutputExtents, endlessFilter } from './extents.ts';
import { checkFilters } from './filters.ts';
import { muxers, takeOption } from './options.ts';
import type { Side } from './options.ts';
import { refuseRaw } from './raw-command.ts';
import type { RawCommand, RawInput, RawOutput, RawRules } from './raw-command.ts';
import { splitWords } from './words.ts';

const fileName = new RegExp(String.raw`^[^/\\%<>:"|?*\p{C}.-][^/\\%<>:"|?*\p{C}]{0,199}$`, 'u');

const checkOutputName = (file: string): void => {
  const extension = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  if (!fileName.test(file)) refuseRaw('invalid_command', `“${file.slice(0, 60)}” is not a plain file name`);
  if (!Object.hasOwn(muxers, extension))
    refuseRaw('invalid_command', `an output ends with ${Object.keys(muxers).join(', ')}`);
};

/** The options of a list, looked up one by one. */
const optionsOf = (
  words: readonly string[],
  side: Side,
): { options: string[]; graphs: string[]; filters: string[] } => {
  const found = { options: [] as string[], graphs: [] as string[], filters: [] as string[] };
  for (let at = 0; at < words.length;) {
    const taken = takeOption(words.slice(at, at + 2), side);
    if (taken.filter !== null) (taken.isGraph ? found.graphs : found.filters).push(taken.filter);
    if (!taken.isGraph) found.options.push(...taken.words);
    at += taken.used;
  }
  return found;
};

const limits = ['-t', '-to', '-frames', '-vframes', '-aframes'];
const isLimit = (word: string): boolean => limits.some((limit) => word === limit || word.startsWith(`${limit}:`));

const checked = (command: RawCommand, graphs: readonly string[], rules: RawRules): RawCommand => {
  const uses = graphs.flatMap(checkFilters);
  if (uses.length > rules.filtersMax)
    refuseRaw('forbidden_filter', `the command has ${uses.length} filters; ${rules.filtersMax} are allowed`);
  for (const { options } of [...command.inputs, ...command.outputs]) checkOutputExtents(options);
  const endless = endlessFilter(uses);
  const ends = (word: string): boolean => isLimit(word) || word === '-shortest';
  if (endless !== null && !command.outputs.every(({ options }) => options.some(ends)))
    refuseRaw('missing_limit', `${endless} has no end: add -t, -to, -frames or -shortest to every output`);
  const isLimited = [...command.inputs, ...command.outputs].some(({ options }) => options.some(isLimit));
  if (rules.needsLimit && !isLimited) refuseRaw('missing_limit', 'a limit is required: -t, -to or -frames');
  return command;
};

const placeholder = (word: string | undefined): string | null =>
  /^\{\{([\w.-]{1,64})\}\}$/.exec(word ?? '')?.[1] ?? null;

/** The command as words, cut where an input or an output stands. */
interface Sections {
  readonly inputs: { readonly name: string; readonly words: readonly string[] }[];
  readonly outputs: { readonly name: string; readonly words: readonly string[] }[];
}

const sectionsOf = (words: readonly string[], outputs: ReadonlySet<string>): Sections => {
  const sections: Sections = { inputs: [], outputs: [] };
  let pending: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const name = placeholder(word);
    if (word === '-i') {
      const input =
        placeholder(words[++at]) ?? refuseRaw('forbidden_pattern', '-i takes {{name}} of an input file only');
      sections.inputs.push({ name: input, words: pending });
      pending = [];
    } else if (name !== null && outputs.has(name)) {
      sections.outputs.push({ name, words: pending });
      pending = [];
    } else pending.push(word);
  }
  if (pending.length > 0) refuseRaw('invalid_command', `after the last output stands “${pending[0]?.slice(0, 60)}”`);
  return sections;
};

export interface CommandText {
  readonly input_files: Readonly<Record<string, string>>;
  readonly output_files: Readonly<Record<string, string>>;
  readonly ffmpeg_command: string;
}

const unused = (names: readonly string[], used: readonly string[]): void => {
  for (const name of names) if (!used.includes(name)) refuseRaw('invalid_command', `{{${name}}} is not in the command`);
  for (const name of used) if (!names.includes(name)) refuseRaw('invalid_command', `{{${name}}} is not declared`);
};

/** Takes a command with `{{name}}` places apart; everything that is not looked up is refused. */
export const parseCommand = (text: CommandText, rules: RawRules): RawCommand => {
  const words = splitWords(text.ffmpeg_command.replaceAll(/\{\{ *([\w.-]{1,64}) *\}\}/g, '{{$1}}'));
  const names = Object.keys(text.output_files);
  const sections = sectionsOf(words[0] === 'ffmpeg' ? words.slice(1) : words, new Set(names));
  const graphs: string[] = [];
  const complex: string[] = [];
  const keep = (section: readonly string[], side: Side): string[] => {
    const { options, graphs: whole, filters } = optionsOf(section, side);
    graphs.push(...whole, ...filters);
    complex.push(...whole);
    return options;
  };
  const inputs: RawInput[] = sections.inputs.map(({ name, words: section }) => ({
    name,
    options: keep(section, 'input'),
  }));
  const outputs: RawOutput[] = sections.outputs.map(({ name, words: section }) => {
    const file = text.output_files[name] ?? '';
    checkOutputName(file);
    return { file, options: keep(section, 'output') };
  });
  unused(
    Object.keys(text.input_files),
    inputs.map(({ name }) => name),
  );
  unused(
    names,
    sections.outputs.map(({ name }) => name),
  );
  if (outputs.length === 0) refuseRaw('invalid_command', 'the command has no output');
  if (complex.length > 1) refuseRaw('invalid_command', 'one -filter_complex is possible');
  return checked({ inputs, filterComplex: complex[0] ?? null, outputs }, graphs, rules);
};

export interface TaskText {
  readonly inputs: readonly { readonly options: readonly string[] }[];
  readonly filter_complex?: string | undefined;
  readonly outputs: readonly {
    readonly file: string;
    readonly options: readonly string[];
    readonly maps: readonly string[];
  }[];
}

/** The same for a command that came in parts; inputs are named by their place. */
export const parseTask = (task: TaskText, rules: RawRules): RawCommand => {
  const graphs: string[] = task.filter_complex === undefined ? [] : [task.filter_complex];
  const plain = (words: readonly string[], side: Side): string[] => {
    const { options, graphs: whole, filters } = optionsOf(words, side);
    if (whole.length > 0) refuseRaw('forbidden_pattern', 'the graph of the task stands in filter_complex');
    graphs.push(...filters);
    return options;
  };
  const inputs = task.inputs.map(({ options }, n) => ({ name: String(n), options: plain(options, 'input') }));
  const outputs = task.outputs.map(({ file, options, maps }) => {
    checkOutputName(file);
    return { file, options: plain([...maps.flatMap((map) => ['-map', map]), ...options], 'output') };
  });
  return checked({ inputs, filterComplex: task.filter_complex ?? null, outputs }, graphs, rules);
};
