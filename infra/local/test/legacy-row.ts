import { expect } from 'vitest';

/** What the calls are made with. */
export interface Material {
  /** A film of two seconds with sound: a stored file, and a URL. */
  readonly film: string;
  readonly filmUrl: string;
  readonly filmPath: string;
  readonly picturePath: string;
  readonly tonePath: string;
  /** Sound alone, stored. */
  readonly tone: string;
  /** Text under a film's name: stored, and on disk. */
  readonly junk: string;
  readonly junkPath: string;
  /** A change of tempo that has ended, and a job that takes long. */
  readonly tempoJob: string;
  readonly endlessJob: string;
}

export interface Ask {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly params?: Readonly<Record<string, string>>;
}

export interface FieldRow {
  /** Where it stands in the query or the body: `tracks.0.type`. */
  readonly at: string;
  readonly in: 'query' | 'body';
  /** What the job has when the field is left out. */
  readonly standard?: unknown;
  readonly accepted?: readonly unknown[];
  readonly refused?: readonly unknown[];
  /** The refused values' own; otherwise 422 and `invalid_request`. */
  readonly refusal?: readonly [status: number, code: string];
}

export interface ErrorCase {
  readonly word: string;
  readonly status: number;
  readonly ask: (material: Material) => Ask;
  readonly told?: Readonly<Record<string, unknown>>;
}

export interface LegacyRow {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly fields: readonly FieldRow[];
  /** A call whose fields are valid and that starts no encoder, with its answer. */
  readonly idle: (material: Material) => Ask;
  readonly idleAnswer: readonly [status: number, code: string | undefined];
  /** A call with nothing but what must be given; its job tells the defaults. */
  readonly least?: (material: Material) => Ask;
  readonly works: (material: Material) => Ask;
  /** The JSON of a success. */
  readonly answer: unknown;
  /** Without `as_json`: the headers beside the file. */
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly errors: readonly ErrorCase[];
}

export const text = expect.any(String) as unknown;
export const link = expect.stringMatching(/^http.*\/files\//) as unknown;
export const jobId = expect.stringMatching(/^job_/) as unknown;
export const statusUrl = expect.stringMatching(/^\/jobs\/job_/) as unknown;
export const gone = 'file_0000gone';
export const small = { width: 64, height: 48, fps: 10 };

export const within = (lowest: number, highest: number, step = 1): Pick<FieldRow, 'accepted' | 'refused'> => ({
  accepted: [lowest, highest],
  refused: [lowest - step, highest + step],
});
export const flag = (at: string, place: FieldRow['in'], standard?: boolean): FieldRow => ({
  at,
  in: place,
  ...(standard === undefined ? {} : { standard }),
  accepted: place === 'query' ? ['true', 'false', '1', '0'] : [true, false],
  refused: ['perhaps'],
});
export const asJson = flag('as_json', 'query');
export const frame = (place: FieldRow['in']): FieldRow[] => [
  { at: 'width', in: place, standard: 1920, ...within(1, 7680) },
  { at: 'height', in: place, standard: 1080, ...within(1, 7680) },
  { at: 'fps', in: place, standard: 30, ...within(1, 240) },
];
export const url = (at: string, accepted: readonly unknown[] = []): FieldRow => ({
  at,
  in: 'body',
  accepted: [gone, ...accepted],
  refused: ['file:///etc/passwd', 'ftp://a.test/a.mp4', 7],
});

/** JSON with `as_json`; the film and these headers without. */
export const film: Pick<LegacyRow, 'answer' | 'headers'> = {
  answer: {
    ok: true,
    file_url: link,
    path: expect.stringMatching(/^\/files\//),
    job_id: jobId,
    job_status_url: statusUrl,
  },
  headers: { 'content-type': 'video/mp4', 'x-file-url': link, 'x-job-id': jobId, 'x-job-status-url': statusUrl },
};
export const twin: Pick<LegacyRow, 'answer'> = { answer: { job_id: jobId, status_url: statusUrl } };
export const noFile: LegacyRow['idleAnswer'] = [404, 'file_not_found'];
export const failed = { job_id: jobId, log: expect.stringMatching(/^\/jobs\/job_.*\/log$/) as unknown };
