import ts from 'typescript';

/** What of a Node module opens a connection or asks a name server; the rest of it listens, checks or describes. */
const outward: Readonly<Record<string, RegExp>> = {
  http: /^(request|get|Agent|globalAgent|ClientRequest|WebSocket|CloseEvent|MessageEvent|default|\*)$/,
  https: /^(request|get|Agent|globalAgent|default|\*)$/,
  http2: /^(connect|default|\*)$/,
  net: /^(connect|createConnection|Socket|Stream|default|\*)$/,
  tls: /^(connect|TLSSocket|default|\*)$/,
  dgram: /./,
  dns: /./,
  'dns/promises': /./,
  inspector: /./,
  module: /^(createRequire|default|\*)$/,
};

/** Packages that connect by themselves. A package of production that is neither here nor in `quiet` is not judged yet. */
const dialling = [
  '@aws-sdk/client-s3',
  '@azure/storage-blob',
  '@google-cloud/storage',
  '@grpc/grpc-js',
  '@kurrent/kurrentdb-client',
  '@nats-io/transport-node',
  '@nestjs/microservices',
  '@opentelemetry/exporter-trace-otlp-grpc',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/sdk-node',
  'google-auth-library',
  'mongodb',
  'undici',
  'ws',
];

/** Packages of production that connect to nothing: they compute, listen, or speak over a connection they are given. */
export const quiet = [
  '@aws-sdk/lib-storage',
  '@aws-sdk/s3-request-presigner',
  '@fastify/multipart',
  '@nats-io/jetstream',
  '@nats-io/kv',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-fastify',
  '@opentelemetry/api',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace',
  '@scalar/api-reference',
  'canonicalize',
  'chardet',
  'csv-stringify',
  'fastify',
  'file-type',
  'ipaddr.js',
  'pino',
  'pino-pretty',
  'marked',
  'prom-client',
  'reflect-metadata',
  'rxjs',
  'zod',
];

const globals = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'WebTransport', 'RTCPeerConnection']);
const globalObjects = new Set(['globalThis', 'global', 'self', 'window']);
const dialers = /^(curl|wget|nc|ncat|netcat|socat|ssh|scp|telnet|ftp)$/;

/** The part of a module's name that says which package it is of. */
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

export const isJudged = (name: string): boolean => dialling.includes(name) || quiet.includes(name);

const ofModule = (module: string, names: readonly string[]): string[] => {
  const bare = module.replace(/^node:/, '');
  const rule = outward[bare];
  if (rule) return names.filter((name) => rule.test(name)).map((name) => `${bare}.${name}`);
  return dialling.includes(packageOf(module)) ? [packageOf(module)] : [];
};

const importedNames = ({ importClause }: ts.ImportDeclaration): string[] => {
  if (!importClause) return ['*'];
  const bindings = importClause.namedBindings;
  const named =
    bindings && ts.isNamedImports(bindings)
      ? bindings.elements.filter(({ isTypeOnly }) => !isTypeOnly).map((each) => (each.propertyName ?? each.name).text)
      : [];
  return [
    ...(importClause.name ? ['default'] : []),
    ...(bindings && ts.isNamespaceImport(bindings) ? ['*'] : []),
    ...named,
  ];
};

const exportedNames = ({ exportClause }: ts.ExportDeclaration): string[] =>
  exportClause && ts.isNamedExports(exportClause)
    ? exportClause.elements.filter(({ isTypeOnly }) => !isTypeOnly).map((each) => (each.propertyName ?? each.name).text)
    : ['*'];

const literal = (node: ts.Node | undefined): string | null => (node && ts.isStringLiteralLike(node) ? node.text : null);

const ofImport = (node: ts.Node): string[] => {
  if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
    return ofModule(literal(node.moduleSpecifier) ?? '', importedNames(node));
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.isTypeOnly)
    return ofModule(literal(node.moduleSpecifier) ?? '', exportedNames(node));
  return [];
};

/** `import(…)`, `require(…)`, `process.getBuiltinModule(…)`, and programs that reach out when they are started. */
const ofCall = (node: ts.Node): string[] => {
  if (!ts.isCallExpression(node)) return [];
  const said = literal(node.arguments[0]);
  const isLoading =
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    /(^|\.)(require|getBuiltinModule)$/.test(node.expression.getText());
  if (isLoading && said !== null) return ofModule(said, ['*']);
  return said !== null && /(^|\.)(spawn|exec|execFile)(Sync)?$/.test(node.expression.getText()) && dialers.test(said)
    ? [said]
    : [];
};

const isNameOnly = (node: ts.Identifier): boolean => {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return ts.isTypeReferenceNode(parent) || ts.isImportSpecifier(parent) || (parent as { name?: ts.Node }).name === node;
};

const ofGlobal = (node: ts.Node): string[] => {
  if (ts.isIdentifier(node)) return globals.has(node.text) && !isNameOnly(node) ? [node.text] : [];
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return [];
  const member = ts.isPropertyAccessExpression(node) ? node.name.text : literal(node.argumentExpression);
  return member !== null && globals.has(member) && globalObjects.has(node.expression.getText()) ? [member] : [];
};

/** A name that is bound in the file itself is not the global of that name. */
const boundHere = (file: ts.SourceFile): Set<string> => {
  const bound = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportSpecifier(node) || ts.isBindingElement(node) || ts.isVariableDeclaration(node)) &&
      ts.isIdentifier(node.name) &&
      !(node.parent.parent && ts.isVariableDeclaration(node.parent.parent) && isGlobalObject(node.parent.parent))
    )
      bound.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return bound;
};

const isGlobalObject = ({ initializer }: ts.VariableDeclaration): boolean =>
  initializer !== undefined && globalObjects.has(initializer.getText());

/** `const { fetch } = globalThis` takes the global under its own name. */
const ofDestructuring = (node: ts.Node): string[] =>
  ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && isGlobalObject(node)
    ? node.name.elements.map((each) => (each.propertyName ?? each.name).getText()).filter((name) => globals.has(name))
    : [];

/** Every way out of the process that a source file opens by itself, such as `fetch`, `net.connect`, `undici`. */
export const outboundCallsOf = (path: string, source: string): string[] => {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const bound = boundHere(file);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    for (const door of [...ofImport(node), ...ofCall(node), ...ofDestructuring(node)]) found.add(door);
    for (const door of ofGlobal(node)) if (!ts.isIdentifier(node) || !bound.has(door)) found.add(door);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found].sort();
};
