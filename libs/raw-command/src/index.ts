export { checkParams } from './check-params.ts';
export { muxers } from './options.ts';
export { parseCommand, parseTask } from './parse-command.ts';
export { anyRules, RawRefusal, type RawCommand } from './raw-command.ts';
