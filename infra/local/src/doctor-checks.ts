/** One thing that `ffapi doctor` looked at. */
export interface DoctorCheck {
  readonly what: string;
  /** `false`: the platform cannot work with it, or not as it is configured. */
  readonly ok: boolean;
  readonly detail: string;
  /** What works and should not stay as it is. */
  readonly warnings?: readonly string[];
}

/** The lines of a check: how it stands, then each warning. */
export const linesOf = ({ what, ok, detail, warnings = [] }: DoctorCheck): string[] => [
  `${ok ? 'ok    ' : 'FAILED'}  ${what.padEnd(12)} ${detail}`,
  ...warnings.map((warning) => `WARN    ${what.padEnd(12)} ${warning}`),
];
