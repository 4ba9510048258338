import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** Flags such as `--from=tree`. */
  readonly flags: readonly string[];
  /** The rest, with its continued lines joined. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** As it is written, its arguments unresolved. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Arguments before the first stage, with their defaults. */
  readonly args: Readonly<Record<string, string | undefined>>;
  readonly stages: readonly Stage[];
}

export class DockerfileUnread extends Error {
  override readonly name = 'DockerfileUnread';
}

const instructionOf = (line: string): Instruction => {
  const [, name = '', flags = '', text = ''] = /^(\w+)\s+((?:--\S+\s+)*)(.*)$/s.exec(line) ?? [];
  if (name === '') throw new DockerfileUnread(`not an instruction: ${line}`);
  return { name: name.toUpperCase(), flags: flags.split(/\s+/).filter(Boolean), text: text.trim() };
};

/** A Dockerfile as stages of instructions; here-documents and other escapes than `\` are not read. */
export const parseDockerfile = (text: string): Dockerfile => {
  const lines = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const args: Record<string, string | undefined> = {};
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of lines.map(instructionOf)) {
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') {
      const [, from = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(instruction.text) ?? [];
      stages.push({ from, name: name ?? '', instructions: [] });
    } else if (stage) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') {
      const [key = '', value] = instruction.text.split('=');
      args[key] = value;
    } else throw new DockerfileUnread(`${instruction.name} stands before the first FROM`);
  }
  return { args, stages };
};

export const readDockerfile = (name: string): Dockerfile =>
  parseDockerfile(readFileSync(join(root, 'infra/docker', name), 'utf8'));

/** A stage's instructions of one kind. */
export const all = (stage: Stage | undefined, name: string): Instruction[] =>
  (stage?.instructions ?? []).filter((each) => each.name === name);

/** The variables that a stage sets. */
export const envOf = (stage: Stage | undefined): Record<string, string> =>
  Object.fromEntries(
    all(stage, 'ENV').flatMap(({ text }) =>
      [...text.matchAll(/(\w+)=("[^"]*"|\S*)/g)].map(([, key = '', value = '']) => [
        key,
        value.replaceAll(/^"|"$/g, ''),
      ]),
    ),
  );

/** The command of an instruction in its JSON form. */
export const argvOf = (instruction: Instruction | undefined): string[] =>
  JSON.parse(instruction?.text.replace(/^CMD\s+/, '') ?? '[]') as string[];
