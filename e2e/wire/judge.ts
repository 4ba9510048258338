import type { Heard } from './converse.ts';

interface Answered {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

const answersIn = (text: string): Answered[] =>
  text
    .split(/(?=HTTP\/1\.1 \d{3})/)
    .filter((each) => each.startsWith('HTTP/1.1 '))
    .map((each) => {
      const end = each.indexOf('\r\n\r\n');
      return { status: Number(each.slice(9, 12)), head: each.slice(0, end), body: each.slice(end + 4) };
    });

/** Paths of FFAPI 1 answer some faults of the caller with 500, and name them. */
const isByContract = ({ body }: Answered): boolean => /"error":"(?!internal|unavailable)/.test(body);

/** What was wrong with an answer, whatever was asked; `null`: nothing. */
export const faultIn = ({ text, isClosed }: Heard): string | null => {
  if (!isClosed) return 'the connection stays open';
  if (text !== '' && !text.startsWith('HTTP/1.1 ')) return 'the answer is not HTTP';
  const answers = answersIn(text);
  const failed = answers.find((answer) => answer.status >= 500 && !isByContract(answer));
  if (failed) return `the answer is ${failed.status}`;
  if (answers.some(({ head }) => /^x-injected/im.test(head))) return 'a header was smuggled into the answer';
  return null;
};
