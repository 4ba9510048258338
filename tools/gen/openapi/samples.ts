import type { Route } from '@ffapi/contracts';
import { exampleBody, exampleHost, exampleKey, examplePath } from './examples.ts';

export interface CodeSample {
  readonly lang: string;
  readonly label: string;
  readonly source: string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const indent = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`);

/** JSON as a Python literal: only the words for true, false and null differ. */
const pythonOf = (value: unknown): string =>
  json(value).replaceAll(
    /: (true|false|null)(,?)$/gm,
    (_, word: string, comma: string) => `: ${{ true: 'True', false: 'False', null: 'None' }[word]}${comma}`,
  );

interface Parts {
  readonly route: Route;
  readonly url: string;
  readonly body: Record<string, unknown> | undefined;
  readonly needsKey: boolean;
}

const curl = ({ route, url, body, needsKey }: Parts): string => {
  const lines = [
    `curl --silent --show-error --fail-with-body ${route.method === 'GET' ? '' : `--request ${route.method} `}'${url}'`,
  ];
  if (needsKey) lines.push(`--header 'X-API-Key: ${exampleKey}'`);
  if (route.upload) lines.push(`--form '${route.upload[0]}=@clip.mp4'`);
  if (body) lines.push("--header 'Content-Type: application/json'", `--data '${json(body).replaceAll("'", "'\\''")}'`);
  if (route.id === 'download_file') lines.push("--output 'clip.mp4'");
  if (route.id === 'follow_job') lines.push('--no-buffer');
  return lines.join(' \\\n  ');
};

const javascriptResult = (route: Route): string => {
  if (route.answers === 'nothing') return 'console.log(response.status);';
  if (route.id === 'download_file') return "await writeFile('clip.mp4', response.body);";
  if (route.answers === 'stream')
    return 'for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) console.log(chunk);';
  if (route.answers === 'text' || route.answers === 'html') return 'console.log(await response.text());';
  return 'console.log(await response.json());';
};

const javascript = ({ route, url, body, needsKey }: Parts): string => {
  const imports: string[] = [];
  const before: string[] = [];
  const headers: string[] = [];
  const options: string[] = [];
  if (route.method !== 'GET') options.push(`method: '${route.method}'`);
  if (needsKey) headers.push(`'X-API-Key': '${exampleKey}'`);
  if (body) headers.push("'Content-Type': 'application/json'");
  if (headers.length > 0) options.push(`headers: { ${headers.join(', ')} }`);
  if (body) options.push(`body: JSON.stringify(${indent(json(body), '  ')})`);
  if (route.upload) {
    imports.push("import { openAsBlob } from 'node:fs';");
    before.push(
      'const form = new FormData();',
      `form.append('${route.upload[0]}', await openAsBlob('clip.mp4'), 'clip.mp4');`,
    );
    options.push('body: form');
  }
  if (route.id === 'download_file') imports.push("import { writeFile } from 'node:fs/promises';");
  const argument = options.length > 0 ? `, {\n${options.map((option) => `  ${option},\n`).join('')}}` : '';
  return [
    ...imports,
    ...(imports.length > 0 ? [''] : []),
    ...before,
    `const response = await fetch('${url}'${argument});`,
    'if (!response.ok) throw new Error(await response.text());',
    javascriptResult(route),
  ].join('\n');
};

const pythonResult = (route: Route): string[] => {
  if (route.answers === 'nothing') return ['    print(response.status)'];
  if (route.id === 'download_file')
    return ['    with open("clip.mp4", "wb") as file:', '        shutil.copyfileobj(response, file)'];
  if (route.answers === 'stream') return ['    for line in response:', '        print(line.decode(), end="")'];
  if (route.answers === 'text' || route.answers === 'html') return ['    print(response.read().decode())'];
  return ['    print(json.load(response))'];
};

const pythonUpload = (field: string): string[] => [
  'boundary = uuid.uuid4().hex',
  'with open("clip.mp4", "rb") as file:',
  '    data = (',
  `        f'--{boundary}\\r\\nContent-Disposition: form-data; name="${field}"; filename="clip.mp4"\\r\\n\\r\\n'.encode()`,
  '        + file.read()',
  "        + f'\\r\\n--{boundary}--\\r\\n'.encode()",
  '    )',
];

const python = ({ route, url, body, needsKey }: Parts): string => {
  const printsJson = route.answers === undefined || route.answers === 'json';
  const modules = [
    ...(body || printsJson ? ['json'] : []),
    ...(route.id === 'download_file' ? ['shutil'] : []),
    'urllib.request',
    ...(route.upload ? ['uuid'] : []),
  ];
  const headers = [
    ...(needsKey ? [`"X-API-Key": "${exampleKey}"`] : []),
    ...(body ? ['"Content-Type": "application/json"'] : []),
    ...(route.upload ? ['"Content-Type": f"multipart/form-data; boundary={boundary}"'] : []),
  ];
  const given = [
    `"${url}"`,
    ...(route.method === 'GET' ? [] : [`method="${route.method}"`]),
    ...(headers.length > 0 ? [`headers={${headers.join(', ')}}`] : []),
    ...(body ? [`data=json.dumps(${indent(pythonOf(body), '    ')}).encode()`] : []),
    ...(route.upload ? ['data=data'] : []),
  ];
  return [
    ...modules.map((name) => `import ${name}`),
    '',
    ...(route.upload ? [...pythonUpload(route.upload[0]), ''] : []),
    'request = urllib.request.Request(',
    ...given.map((line) => `    ${line},`),
    ')',
    'with urllib.request.urlopen(request) as response:',
    ...pythonResult(route),
  ].join('\n');
};

/** The same request in cURL, JavaScript (Node, no packages) and Python (standard library). */
export const codeSamples = (route: Route): CodeSample[] => {
  const parts: Parts = {
    route,
    url: exampleHost + examplePath(route),
    body: exampleBody(route),
    needsKey: route.access !== 'public',
  };
  return [
    { lang: 'Shell', label: 'cURL', source: curl(parts) },
    { lang: 'JavaScript', label: 'JavaScript', source: javascript(parts) },
    { lang: 'Python', label: 'Python', source: python(parts) },
  ];
};
