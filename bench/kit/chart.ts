import { gateText, type Verdict } from './judge.ts';

const [barHeight, gap, left, width, right] = [18, 10, 420, 420, 120];
/** Bars longer than this many times the limit are cut. */
const shareMax = 2;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** How much of what a gate allows is used up: 1 is the limit itself, whichever side it is on. */
const shareOf = ({ max, min = 0 }: Verdict['gate'], value: number): number => {
  const [part, whole] = max === undefined ? [min, value] : [value, max];
  return whole === 0 ? (part === 0 ? 0 : shareMax) : Math.min(part / whole, shareMax);
};

const bar = ({ gate, spread, state }: Verdict, index: number): string => {
  const y = index * (barHeight + gap) + 30;
  const x = (value: number): number => left + (shareOf(gate, value) / shareMax) * width;
  const label = `<text x="${left - 10}" y="${y + 13}" text-anchor="end">${escape(`${gate.benchmark} ${gate.measure}`)}</text>`;
  if (!spread) return `${label}<text x="${left + 6}" y="${y + 13}">${escape(state)}</text>`;
  const colour = state === 'met' ? '#3a7d44' : '#b3362c';
  return [
    label,
    `<rect x="${left}" y="${y}" width="${(x(spread.median) - left).toFixed(1)}" height="${barHeight}" fill="${colour}"/>`,
    `<path d="M${x(spread.low).toFixed(1)} ${y + 9}H${x(spread.high).toFixed(1)}" stroke="#111" stroke-width="2"/>`,
    `<text x="${left + width + 10}" y="${y + 13}">${spread.median.toFixed(2)} ${escape(gateText(gate))}</text>`,
  ].join('');
};

/** Every gate as a bar that must not reach the line, as SVG. */
export const gateChart = (verdicts: readonly Verdict[]): string => {
  const height = verdicts.length * (barHeight + gap) + 50;
  const line = left + width / shareMax;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + right}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...verdicts.map(bar),
    `<path d="M${line} 20V${height - 20}" stroke="#111" stroke-dasharray="4 3"/>`,
    '</svg>',
    '',
  ].join('\n');
};
