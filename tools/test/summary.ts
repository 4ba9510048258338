import { commandOf, setsOfCi, type Lane } from './lanes.ts';

/** What became of a lane that ran. */
export interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly ok: boolean;
  readonly passed: number;
  readonly skipped: readonly string[];
  /** Packages whose suites were among what was skipped. */
  readonly unmeasured: readonly string[];
  readonly secondTries: readonly string[];
}

const escape = String.fromCharCode(27);
const plain = (text: string): string => text.replaceAll(new RegExp(`${escape}\\[[0-9;]*m`, 'g'), '');

const linesAfter = (word: string, text: string): string[] =>
  [...text.matchAll(new RegExp(`^.*${word} (.+)$`, 'gm'))].map(([, rest]) => rest as string);

/** Reads what a lane printed. */
export const outcomeOf = (name: string, seconds: number, ok: boolean, text: string): Outcome => {
  const said = plain(text);
  return {
    name,
    seconds,
    ok,
    passed: Number(/Tests\s+(?:\d+ failed \| )?(\d+) passed/.exec(said)?.[1] ?? 0),
    skipped: linesAfter('LANE SKIPPED', said),
    unmeasured: linesAfter('NOT MEASURED', said),
    secondTries: linesAfter('SECOND TRY', said),
  };
};

/** Every lane of CI and whatever else ran, with how it ended or where it runs. */
export const summaryOf = (lanes: readonly Lane[], chosen: readonly Lane[], outcomes: readonly Outcome[]): string => {
  const rowOf = ({ name, sets }: Lane): readonly string[] => {
    const outcome = outcomes.find((each) => each.name === name);
    if (outcome) return [`${outcome.ok ? 'ok    ' : 'FAILED'}  ${outcome.seconds.toFixed(1).padStart(6)} s  ${name}`];
    if (chosen.some((each) => each.name === name)) return [`not reached       ${name}`];
    return setsOfCi.filter((set) => sets.includes(set)).map((set) => `not chosen        ${name}: ${commandOf[set]}`);
  };
  const skipped = [...new Set(outcomes.flatMap((each) => each.skipped))];
  const secondTries = outcomes.flatMap((each) => each.secondTries);
  const failed = outcomes.filter(({ ok }) => !ok).length;
  const passed =
    outcomes.reduce((sum, outcome) => sum + outcome.passed, 0) +
    outcomes.filter(({ ok, passed: tests }) => ok && tests === 0).length;
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  return [
    '',
    ...lanes.flatMap(rowOf),
    ...skipped.map((what) => `skipped           ${what}`),
    ...secondTries.map((what) => `at second try     ${what}`),
    '',
    `${passed} passed, ${failed} failed, ${skipped.length} skipped, ${secondTries.length} at the second try in ${Math.round(seconds)} s`,
    '',
  ].join('\n');
};
