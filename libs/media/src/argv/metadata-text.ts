/** FFmpeg takes a backslash before the end of a line for a line that goes on, even an escaped one: a blank follows it. */
export const metadataValue = (text: string): string =>
  text.replace(/[=;#\\\n]/g, (char) => `\\${char}`).replace(/\\$/, String.raw`\ `);
