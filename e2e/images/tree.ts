import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contextFilter, copyFromContext } from '../../infra/docker/build-context.ts';
import { all, readDockerfile, root } from '../../infra/docker/dockerfile.ts';

const isSent = contextFilter(readFileSync(join(root, '.dockerignore'), 'utf8'));

/** Arguments of a stage as shell variables: those that are given, else their defaults. */
const variables = (args: Readonly<Record<string, string>>): Record<string, string> => {
  const tree = readDockerfile('service.Dockerfile').stages.find(({ name }) => name === 'tree');
  const known: Record<string, string> = {};
  for (const { text } of all(tree, 'ARG')) {
    const [name = '', preset = ''] = text.split('=');
    known[name] = args[name] ?? preset.replaceAll(/\$\{(\w+)\}/g, (_, other: string) => known[other] ?? '');
  }
  return known;
};

/** Builds in a folder what the image has in /app: the stage `tree`, its instructions done here one by one. */
export const buildTree = (args: Readonly<Record<string, string>>, target: string): void => {
  const tree = readDockerfile('service.Dockerfile').stages.find(({ name }) => name === 'tree');
  const env = { ...process.env, ...variables(args) };
  mkdirSync(target, { recursive: true });
  for (const instruction of tree?.instructions ?? []) {
    if (instruction.name === 'COPY') copyFromContext(instruction, { root, target, isSent });
    if (instruction.name !== 'RUN') continue;
    const { status, stderr } = spawnSync('sh', ['-ec', instruction.text], { cwd: target, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`RUN ${instruction.text}\n${stderr.slice(-2000)}`);
  }
};
