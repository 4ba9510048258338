import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const fixtures = join(root, 'tools/lint/fixtures');
const { forbidden, options } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
  forbidden: readonly (IForbiddenRuleType & { name: string })[];
  options: ICruiseOptions;
};
const folders = ['contracts', 'libs', 'services', 'infra', 'tools', 'e2e'];
// With TypeScript 7 in its place the cruiser finds nothing and says that all is well.
const modulesMin = 200;

const cruised = async (baseDir: string, entries: readonly string[], exclude: string): Promise<ICruiseResult> => {
  const { enhancedResolveOptions, ...rest } = options;
  const { output } = await cruise(
    [...entries],
    { ...rest, baseDir, exclude: { path: exclude }, validate: true, ruleSet: { forbidden: [...forbidden] } },
    { ...enhancedResolveOptions },
  );
  return output as ICruiseResult;
};

const problems: string[] = [];
const { modules, summary } = await cruised(root, folders, '(^|/)(coverage|golden|fixtures)/|^e2e/clients/');
const own = modules.filter(({ source }) => folders.some((folder) => source.startsWith(`${folder}/`)));
if (own.length < modulesMin)
  problems.push(`only ${own.length} modules were cruised; is the package typescript still version 6?`);
for (const { from, to, rule, cycle } of summary.violations) {
  const why = forbidden.find(({ name }) => name === rule.name)?.comment ?? '';
  problems.push(`${rule.name}: ${from} -> ${cycle ? cycle.map(({ name }) => name).join(' -> ') : to}\n    ${why}`);
}

const tried = new Set(await readdir(fixtures));
for (const { name } of forbidden) {
  if (!tried.has(name)) problems.push(`${name} has no fixture that breaks it`);
  else {
    const broken = await cruised(join(fixtures, name), ['.'], '(^|/)golden/');
    if (!broken.summary.violations.some(({ rule }) => rule.name === name))
      problems.push(`${name} is not broken by its fixture`);
  }
}

for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${own.length} modules, ${forbidden.length} rules, ${problems.length} problems\n`);
process.exit(problems.length === 0 ? 0 : 1);
