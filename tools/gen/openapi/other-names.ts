import { inputAliases, inputName, operations, twinNames, type Operation } from '@ffapi/contracts';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** The names of old of the main media, over all operations. */
const mediaNames = (): string[] => {
  const own = Object.values(operations as Record<string, Operation>).filter(
    ({ inputs }) => Object.keys(inputs).length > 0,
  );
  return [...new Set(own.flatMap((operation) => inputAliases(operation)[0]?.means ?? []))].toSorted();
};

/** Which fields have other names, for all bodies together. */
export const otherNames = (): string =>
  [
    `Every operation takes its main medium as \`${inputName}\`: an http(s) URL or the id of a stored file.`,
    `The names of before go on working: ${code(mediaNames())}, as far as an operation has them;`,
    `in lists (\`clips\`, \`tracks\`, \`keyframes\`) \`${inputName}\` is the medium of an item, and of operations that have a list alone, the list.`,
    `Of ${twinNames.map((pair) => code(pair)).join('; ')} either name is taken where a body has the other, \`outline_colour\` and its like too; beside \`video_bitrate\` only \`audio_bitrate\` is clear.`,
    'Two names with different values are refused with `param_conflict`.',
    'Where an operation has `x-aliases`, it is also found at those paths.',
  ].join(' ');
