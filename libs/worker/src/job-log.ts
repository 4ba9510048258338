const bytesMax = 1024 * 1024;

/** The last mebibyte of what an attempt said, line by line. */
export class JobLog {
  readonly #lines: string[] = [];
  #bytes = 0;

  add(line: string): void {
    const size = Buffer.byteLength(line) + 1;
    this.#lines.push(line);
    this.#bytes += size;
    while (this.#bytes > bytesMax && this.#lines.length > 1)
      this.#bytes -= Buffer.byteLength(this.#lines.shift() ?? '') + 1;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  toBuffer(): Buffer {
    return Buffer.from(`${this.#lines.join('\n')}\n`).subarray(-bytesMax);
  }
}
