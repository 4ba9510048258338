const bodyCharsMax = 4096;
const headersMax = 32;
const headerCharsMax = 512;
/** Shorter ones would blot out ordinary words. */
const hiddenCharsMin = 6;
const hidden = '[hidden]';

// What could move a cursor, end a line of a log or turn the direction of text; tabs and line feeds are harmless.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/g;

const escaped = (text: string): string =>
  text.replace(control, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A text as a receiver may repeat it: inside of JSON, of a URL, or of a page. */
const formsOf = (text: string): string[] => {
  const inJson = JSON.stringify(text).slice(1, -1);
  return [
    text,
    inJson,
    inJson.replaceAll('/', String.raw`\/`),
    encodeURIComponent(text.toWellFormed()),
    encodeURI(text.toWellFormed()),
    text.replaceAll('&', '&amp;'),
    text.toUpperCase(),
  ];
};

/** The same where an answer was cut off in the middle of it. */
const withoutEnd = (text: string, form: string): string => {
  for (let length = Math.min(form.length - 1, text.length); length >= hiddenCharsMin; length--)
    if (text.endsWith(form.slice(0, length))) return text.slice(0, -length) + hidden;
  return text;
};

/** What is kept of a receiver's answer: cut, harmless to print, and without the secrets it may have echoed. */
export const excerptOf = (text: string, secrets: readonly string[]): string => {
  const forms = [...new Set(secrets.filter(({ length }) => length >= hiddenCharsMin).flatMap(formsOf))]
    // The longest first: a part of it that is hidden would leave the rest to be seen.
    .toSorted((a, b) => b.length - a.length);
  const without = forms.reduce((rest, form) => rest.replaceAll(form, hidden), text);
  return escaped(forms.reduce(withoutEnd, without)).slice(0, bodyCharsMax).toWellFormed();
};

/** What is kept of the headers of an answer; what logs a browser in is left out. */
export const headersExcerptOf = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  secrets: readonly string[],
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .slice(0, headersMax)
      .map(([name, value = '']) => [
        name.slice(0, 128),
        name === 'set-cookie' ? hidden : excerptOf(String(value), secrets).slice(0, headerCharsMax),
      ]),
  );
