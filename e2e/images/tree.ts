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

/** Does the instructions of a stage here one by one; the folder stands for where it works. */
const buildStage = (stage: string, target: string, env: NodeJS.ProcessEnv): void => {
  const found = readDockerfile('service.Dockerfile').stages.find(({ name }) => name === stage);
  mkdirSync(target, { recursive: true });
  for (const instruction of found?.instructions ?? []) {
    const from = instruction.flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
    if (instruction.name === 'COPY' && from) buildStage(from, target, env);
    else if (instruction.name === 'COPY') copyFromContext(instruction, { root, target, isSent });
    if (instruction.name !== 'RUN') continue;
    const { status, stderr } = spawnSync('sh', ['-ec', instruction.text], { cwd: target, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`RUN ${instruction.text}\n${stderr.slice(-2000)}`);
  }
};

/** Builds in a folder what the image has in /app. The stage `tree` begins with all that `manifests` has worked on. */
export const buildTree = (args: Readonly<Record<string, string>>, target: string): void =>
  buildStage('tree', target, { ...process.env, ...variables(args) });
