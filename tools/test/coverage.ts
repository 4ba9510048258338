import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Fails when the lines of a package are covered by less than this; `argv`: those whose suites could not run here. */
const floorPercent = 80;
const unmeasured = new Set(process.argv.slice(2));
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

interface Summary {
  readonly lines: { readonly total: number; readonly covered: number };
}

const summaries = JSON.parse(readFileSync(join(root, 'coverage/coverage-summary.json'), 'utf8')) as Record<
  string,
  Summary
>;
const packages = new Map<string, { total: number; covered: number }>();
for (const [file, { lines }] of Object.entries(summaries)) {
  if (file === 'total') continue;
  const name = relative(root, file).replace(/\/src\/.*$/, '');
  const sum = packages.get(name) ?? { total: 0, covered: 0 };
  packages.set(name, { total: sum.total + lines.total, covered: sum.covered + lines.covered });
}

const rows = [...packages].map(([name, { total, covered }]) => ({
  name,
  percent: total === 0 ? 100 : (100 * covered) / total,
}));
const low = rows.filter(({ name, percent }) => percent < floorPercent && !unmeasured.has(name));
for (const { name, percent } of rows.toSorted((a, b) => a.percent - b.percent))
  process.stdout.write(
    `${percent.toFixed(1).padStart(6)} %  ${name}${unmeasured.has(name) ? ' (in part: some of its tests need what is not here)' : ''}\n`,
  );
if (low.length > 0) process.stdout.write(`below ${floorPercent} %: ${low.map(({ name }) => name).join(', ')}\n`);
process.exit(rows.length > 0 && low.length === 0 ? 0 : 1);
