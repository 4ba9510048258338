/** A call as it arrived at one of the services outside. */
export interface Call {
  /** Path and query. */
  readonly path: string;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Service {
  readonly name: string;
  /** Where it stands: the beginning of a call's path. */
  readonly prefix: string;
  readonly answer: (call: Call, url: URL) => Answer;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const json = <T>({ text }: Call): T => JSON.parse(text) as T;
/** What nobody takes for a translation. */
const translated = (to: string, text: string): string => `[${to.toLowerCase()}] ${text}`;

/** Statuses that can be asked for with `?status=`, to see a retry. */
const asked = (url: URL, otherwise: Answer): Answer => {
  const status = Number(url.searchParams.get('status') ?? otherwise.status);
  return { ...otherwise, status: status >= 200 && status <= 599 ? status : otherwise.status };
};

/**
 * The services outside that the platform calls, each as its documentation describes a call that went well. Pictures are
 * harmless to all of them; `/moderation?decision=flag` or `block` says something else.
 */
export const services: readonly Service[] = [
  {
    name: 'DeepL',
    prefix: '/deepl/v2/translate',
    answer: (call) => {
      const { text, source_lang, target_lang } = json<{ text: string[]; source_lang: string; target_lang: string }>(
        call,
      );
      return ok({
        translations: text.map((each) => ({
          detected_source_language: source_lang,
          text: translated(target_lang, each),
        })),
      });
    },
  },
  {
    name: 'Google Cloud Translation',
    prefix: '/google-translate/language/translate/v2',
    answer: (call) => {
      const { q, target } = json<{ q: string[]; target: string }>(call);
      return ok({ data: { translations: q.map((each) => ({ translatedText: translated(target, each) })) } });
    },
  },
  {
    name: 'Azure AI Translator',
    prefix: '/azure-translator/translate',
    answer: (call, url) => {
      const to = url.searchParams.get('to') ?? '';
      return ok(
        json<{ Text: string }[]>(call).map(({ Text }) => ({ translations: [{ text: translated(to, Text), to }] })),
      );
    },
  },
  {
    name: 'Amazon Rekognition',
    prefix: '/rekognition',
    answer: () => ok({ ModerationLabels: [], ModerationModelVersion: '7.0', ContentTypes: [] }),
  },
  {
    name: 'Google Cloud Vision',
    prefix: '/vision/v1/images:annotate',
    answer: () => {
      const [adult, violence, racy, spoof, medical] = Array<string>(5).fill('VERY_UNLIKELY');
      return ok({ responses: [{ safeSearchAnnotation: { adult, violence, racy, spoof, medical } }] });
    },
  },
  {
    name: 'Azure AI Content Safety',
    prefix: '/content-safety/contentsafety/image:analyze',
    answer: () =>
      ok({
        categoriesAnalysis: ['Hate', 'SelfHarm', 'Sexual', 'Violence'].map((category) => ({ category, severity: 0 })),
      }),
  },
  {
    name: 'moderation of your own',
    prefix: '/moderation',
    answer: (_, url) => ok({ decision: url.searchParams.get('decision') ?? 'allow' }),
  },
  { name: 'Splunk', prefix: '/splunk/services/collector', answer: () => ok({ text: 'Success', code: 0 }) },
  { name: 'webhook', prefix: '/hooks', answer: (_, url) => asked(url, { status: 204, body: null }) },
];

export interface Answered {
  readonly service: string;
  readonly answer: Answer;
}

/** Who is called, and what it answers; `null`: nobody stands there. A call that cannot be read is answered with 400. */
export const answerTo = (call: Call): Answered | null => {
  const url = new URL(call.path, 'http://outside');
  const service = services.find(({ prefix }) => `${url.pathname}/`.startsWith(`${prefix}/`));
  if (!service) return null;
  try {
    return { service: service.name, answer: service.answer(call, url) };
  } catch {
    return { service: service.name, answer: { status: 400, body: { error: 'this call cannot be read' } } };
  }
};
