import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outboundCallsOf, isJudged, quiet } from './outbound-calls.ts';
import { readText, repositoryFiles, root, sourceFiles } from './repository.ts';

/**
 * Whoever may connect to something, and why. None of these takes an address from a request: users' URLs go through
 * libs/egress alone.
 */
const allowed: readonly (readonly [path: RegExp, doors: RegExp, reason: string])[] = [
  [/^libs\/egress\/src\/(dial|connections|exchange)\.ts$/, /./, 'the one way out to URLs of users'],
  [/^libs\/bus\/src\/(connect|nats-server)\.ts$/, /^@nats-io\/transport-node$/, 'the bus, at the operator’s NATS_URL'],
  [/^libs\/bus\/src\/broker-away\.ts$/, /^@nats-io\/transport-node$/, 'what a lost connection is called'],
  [
    /^libs\/service-kit\/src\/(requests|service)\.ts$/,
    /^@nestjs\/microservices$/,
    'Nest’s shell on the connection of the bus',
  ],
  [/^libs\/bus\/src\/nats-keeper\.ts$/, /^fetch$/, 'asks the NATS server it has started for its health'],
  [/^libs\/es-jetstream\/src\/durability\.ts$/, /^fetch$/, 'asks the operator’s NATS_MONITOR_URL for its settings'],
  [
    /^(libs\/es-(jetstream|kurrent)\/src\/|libs\/bus\/src\/counters|services\/job\/src\/)/,
    /^@nats-io\/transport-node$/,
    'headers of messages; the connection is given',
  ],
  [/^libs\/es-kurrent\/src\/event-store\.ts$/, /^@kurrent\/kurrentdb-client$/, 'the operator’s EVENT_STORE_URL'],
  [
    /^libs\/read-model-mongodb\/src\/(mongo-read-model|mongo-collection)\.ts$/,
    /^mongodb$/,
    'the operator’s DATABASE_URL',
  ],
  [
    /^libs\/blob-http\/src\/http-blob-store\.ts$/,
    /^(undici|fetch)$/,
    'the storage service, at the operator’s BLOB_URL',
  ],
  [/^libs\/blob-s3\/src\//, /^@aws-sdk\/client-s3$/, 'the operator’s bucket, over the clients of bucket.ts'],
  [/^libs\/blob-azure\/src\//, /^@azure\/storage-blob$/, 'the operator’s container, over the clients of container.ts'],
  [
    /^libs\/blob-gcs\/src\//,
    /^(@google-cloud\/storage|google-auth-library)$/,
    'the operator’s bucket, over the client of bucket.ts, and who gives out its tokens',
  ],
  [/^libs\/blob\/src\/idle-agent\.ts$/, /^https?\.default$/, 'makes connections for the clients of such stores'],
  [
    /^services\/storage\/src\/ingest\/clamd\.client\.ts$/,
    /^net\.connect$/,
    'the scanner, at the operator’s CLAMAV_SOCKET',
  ],
  [/^libs\/media-exec\/src\/process\/launcher\.ts$/, /^net\.connect$/, 'the launcher of tools that it has started'],
  [/^libs\/telemetry\/src\/tracing\.ts$/, /^@opentelemetry\//, 'the operator’s OTEL_ENDPOINT'],
  [
    /^services\/gateway\/src\/jobs\/web-sockets\.http\.ts$/,
    /^ws$/,
    'a WebSocket server: it is called and calls nobody',
  ],
  [/^infra\/local\/src\/(main|demo\/client)\.ts$/, /^fetch$/, 'the launcher talks to the platform it has started'],
  [/^infra\/dev\/seed\.ts$/, /^fetch$/, 'a client of a platform that is developed on'],
  [/\/(demo|doc\.handlers)\.ts$/, /^module\.createRequire$/, 'finds where a package lies; loads nothing'],
];

/** Tests, measurements and what stands in for others in tests. */
const isForTests = (path: string): boolean =>
  /\.(test|suite|double)\.ts$|^(bench|e2e|tools)\/|\/(test|fixtures|powercut)\/|\/scripted-origin\.ts$|^libs\/(es-testing|testkit)\//.test(
    path,
  );

const own = sourceFiles.filter((path) => /^(contracts|libs|services|infra|clients)\//.test(path) && !isForTests(path));

describe('ways out of a process', () => {
  it('are opened by libs/egress, and by drivers at addresses of the operator', () => {
    expect(own.length).toBeGreaterThan(300);
    const opened = own.flatMap((path) => outboundCallsOf(path, readText(path)).map((door) => ({ path, door })));
    const strays = opened.filter(
      ({ path, door }) => !allowed.some(([paths, doors]) => paths.test(path) && doors.test(door)),
    );
    expect(strays).toEqual([]);
    const unused = allowed.filter(
      ([paths, doors]) => !opened.some(({ path, door }) => paths.test(path) && doors.test(door)),
    );
    expect(unused).toEqual([]);
  });

  it.each([
    ["await fetch('http://10.0.0.1')", 'fetch'],
    ["globalThis.fetch('http://10.0.0.1')", 'fetch'],
    ["globalThis['fetch']('http://10.0.0.1')", 'fetch'],
    ['const { fetch: go } = globalThis;', 'fetch'],
    ['const go = fetch;', 'fetch'],
    ["new WebSocket('ws://10.0.0.1')", 'WebSocket'],
    ["new EventSource('http://10.0.0.1')", 'EventSource'],
    ["import { request } from 'node:http';", 'http.request'],
    ["import { get as g } from 'https';", 'https.get'],
    ["import http from 'node:http';", 'http.default'],
    ["import * as net from 'node:net';", 'net.*'],
    ["import { connect } from 'net';", 'net.connect'],
    ["import { Socket } from 'node:net';", 'net.Socket'],
    ["import { connect } from 'node:tls';", 'tls.connect'],
    ["import { connect } from 'node:http2';", 'http2.connect'],
    ["import { createSocket } from 'node:dgram';", 'dgram.createSocket'],
    ["import { lookup } from 'node:dns/promises';", 'dns/promises.lookup'],
    ["const net = await import('node:net');", 'net.*'],
    ["const net = require('net');", 'net.*'],
    ["process.getBuiltinModule('node:net').connect(1)", 'net.*'],
    ["import { createRequire } from 'node:module';", 'module.createRequire'],
    ["export { request } from 'node:http';", 'http.request'],
    ["export * from 'undici';", 'undici'],
    ["import { Agent, type Dispatcher } from 'undici';", 'undici'],
    ["import WebSocket from 'ws';", 'ws'],
    ["import { MongoClient } from 'mongodb';", 'mongodb'],
    ["spawn('curl', ['http://10.0.0.1'])", 'curl'],
  ])('are found: %s', (source, door) => expect(outboundCallsOf('a.ts', source)).toContain(door));

  it.each([
    "import { createServer, type Socket } from 'node:net';",
    "import { isIP } from 'node:net';",
    "import type { Socket } from 'node:net';",
    "import type { Dispatcher } from 'undici';",
    'const found = await consumer.fetch({ expires: 1 });',
    "import { fetch } from './cached.ts'; fetch('x');",
    'interface Egress { fetch(url: string): void }',
    "spawn('ffmpeg', ['-i', 'x'])",
  ])('and nothing else: %s', (source) => expect(outboundCallsOf('a.ts', source)).toEqual([]));

  it('are known of every package that production uses', () => {
    const manifests = repositoryFiles.filter((path) => /^(contracts|libs|services|infra)\/.*package\.json$/.test(path));
    const dependencies = manifests.flatMap((path) => {
      const { dependencies: named = {} } = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
        dependencies?: Record<string, string>;
      };
      return Object.keys(named).filter((name) => !name.startsWith('@ffapi/'));
    });
    expect([...new Set(dependencies)].filter((name) => !isJudged(name))).toEqual([]);
    expect(quiet.filter((name) => !dependencies.includes(name))).toEqual([]);
  });
});
