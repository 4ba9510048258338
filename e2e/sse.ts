export interface Frame {
  readonly id: string | null;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The frames of a server-sent event stream until the server ends it. */
export async function* framesOf(url: string, apiKey: string, signal?: AbortSignal): AsyncGenerator<Frame> {
  const response = await fetch(url, {
    headers: { 'x-api-key': apiKey },
    ...(signal ? { signal } : {}),
  });
  if (!response.ok || !response.body) throw new Error(`GET ${url}: ${response.status}`);
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, 'm').exec(block)?.[1];
      const [event, data] = [field('event'), field('data')];
      if (event && data) yield { id: field('id') ?? null, event, data: JSON.parse(data) as Frame['data'] };
    }
  }
}
