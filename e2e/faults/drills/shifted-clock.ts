/** Loaded before a program, moves its clock: by so much from the start, and by so much more a while later. */
export const clockVariables = { offset: 'DRILL_CLOCK_OFFSET_MS', step: 'DRILL_CLOCK_STEP_MS' } as const;

const stepAfterMs = 6_000;
const offsetMs = Number(process.env[clockVariables.offset] ?? 0);
const stepMs = Number(process.env[clockVariables.step] ?? 0);

if (offsetMs !== 0 || stepMs !== 0) {
  const RealDate = Date;
  const now = (): number => RealDate.now() + offsetMs + (performance.now() > stepAfterMs ? stepMs : 0);
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: []) => (args.length === 0 ? new target(now()) : new target(...args)),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
