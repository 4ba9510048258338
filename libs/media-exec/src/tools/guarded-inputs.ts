import type { Token } from '@ffapi/media';

/** What must stand before each of them: only local files, only the demuxer that the first bytes name. */
const guards = ['-protocol_whitelist', '-format_whitelist'];

const isInput = (token: Token | undefined): boolean => typeof token === 'object' && 'in' in token;

/** Whether all inputs of a call of FFmpeg's programs are opened behind a guard of their own. */
export const opensGuarded = (argv: readonly Token[]): boolean => {
  const inputs = argv.flatMap((token, at) => (isInput(token) ? [at] : []));
  return inputs.every((end) => {
    const begin = argv.findLastIndex((token, at) => at < end && (isInput(token) || argv[at - 1] === '-i')) + 1;
    return guards.every((guard) => argv.slice(begin, end).includes(guard));
  });
};
