import { checkParams as checkDeclared, operations, type OperationId, type ParamIssue } from '@ffapi/contracts';
import { parseCommand, parseTask } from './parse-command.ts';
import { anyRules, RawRefusal, type RawRules } from './raw-command.ts';

const issuesOf = (parse: () => unknown, pointer: string): ParamIssue[] => {
  try {
    parse();
    return [];
  } catch (error) {
    if (!(error instanceof RawRefusal)) throw error;
    return [{ pointer, code: error.code, message: error.message }];
  }
};

const { 'ffmpeg.command': runCommand, 'ffmpeg.job': runJob } = operations;

/** Operations whose parameters hold a command, which must pass the lists. */
const handWritten: Partial<Record<OperationId, (params: unknown, rules: RawRules) => ParamIssue[]>> = {
  'ffmpeg.command': (params, rules) =>
    issuesOf(() => parseCommand(runCommand.params.parse(params), rules), '/ffmpeg_command'),
  'ffmpeg.job': (params, rules) => issuesOf(() => parseTask(runJob.params.parse(params).task, rules), '/task'),
};

/**
 * Everything that is wrong with an operation's own fields, known before any file is looked at: what its contract says,
 * and what the lists say of a command of the caller's own. Empty when all is well. `rules` are those of an installation.
 */
export const checkParams = (id: OperationId, params: unknown, rules: RawRules = anyRules): ParamIssue[] => {
  const issues = checkDeclared(id, params);
  return issues.length > 0 ? issues : (handWritten[id]?.(params, rules) ?? []);
};
