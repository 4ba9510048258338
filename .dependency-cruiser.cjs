// Who may import whom. Each rule has a fixture in tools/lint/fixtures that breaks it; tools/lint/boundaries.ts runs both.
const notTests = '\\.(test|suite|double)\\.ts$|/fixtures/|/powercut/';
const nest = 'node_modules/@nestjs/';
const drivers = 'node_modules/(@aws-sdk|@nats-io|@kurrent|mongodb|undici|fastify|ws)/';

/** Roles of files that touch the world; a file of a service that has none of them is pure. */
const shellRole = '\\.(client|consumer|handlers|http|leader|runner|service|state)\\.ts$';
const pureOfService = { path: '^services/[^/]+/src/', pathNot: `${shellRole}|/index\\.ts$|${notTests}` };

/** @type {(name: string, comment: string, from: object, to: object) => object} */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbid(
      'no-cycles',
      'A cycle has no bottom: nothing in it can be understood or tested alone.',
      {},
      { circular: true },
    ),
    forbid(
      'all-is-found',
      'An import that leads nowhere hides what it would have broken.',
      {},
      { couldNotResolve: true },
    ),
    forbid(
      'contracts-know-zod-only',
      'Contracts are shared by services, clients and documentation: no I/O, no clock, nothing of ffmpeg.',
      { path: '^contracts/src/', pathNot: notTests },
      { pathNot: '^contracts/src/|node_modules/zod/' },
    ),
    forbid(
      'es-is-pure',
      'Deciders, projections and the store port are the language of the code; adapters depend on it, never the other way.',
      { path: '^libs/es/src/', pathNot: notTests },
      { pathNot: '^libs/es/src/' },
    ),
    forbid(
      'pure-libraries-touch-nothing',
      'Tasks, media knowledge, hand-written commands and the job view are values and functions: time, files and the network come in as arguments.',
      { path: '^libs/(task|media|job-view|raw-command)/src/', pathNot: notTests },
      { path: [nest, drivers], dependencyTypesNot: ['core'] },
    ),
    forbid(
      'pure-libraries-use-no-node',
      'As above, for what Node offers; node:crypto only computes.',
      { path: '^libs/(task|media|job-view|raw-command)/src/', pathNot: notTests },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    ),
    forbid(
      'media-does-not-run',
      'Plans are values; what runs them knows them, not the other way.',
      { path: '^libs/media/src/' },
      { path: '^libs/(media-exec|worker)/' },
    ),
    forbid(
      'plans-do-not-know-each-other',
      'A plan is an operation; what several make use of is a capability beside them: encode, canvas, sound, cues.',
      { path: '^libs/media/src/plans/([^/]+)/', pathNot: notTests },
      { path: '^libs/media/src/plans/[^/]+/', pathNot: '^libs/media/src/plans/$1/' },
    ),
    forbid(
      'capabilities-know-no-plan',
      'What plans are made of serves all of them; of plans it knows what a plan is.',
      { path: '^libs/media/src/[^/]+/', pathNot: '^libs/media/src/plans/|' + notTests },
      { path: '^libs/media/src/plans/', pathNot: '^libs/media/src/plans/plan\\.ts$' },
    ),
    forbid(
      'no-role-is-pure',
      'A decider, policy, projection or plain function gives the same answer for the same arguments; node:crypto only computes.',
      pureOfService,
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    ),
    forbid(
      'pure-knows-no-driver',
      'What is decided does not depend on where it is stored or how it arrived.',
      pureOfService,
      { path: [nest, drivers] },
    ),
    forbid('pure-knows-no-shell', 'What calls the world touches it.', pureOfService, {
      path: `^services/.*${shellRole}`,
      dependencyTypesNot: ['type-only'],
    }),
    forbid(
      'folders-meet-at-their-index',
      'A folder is a capability; what it offers the others is its index.',
      { path: '^services/([^/]+)/src/([^/]+)', pathNot: notTests },
      { path: '^services/$1/src/[^/]+/', pathNot: '/index\\.ts$|^services/$1/src/$2/' },
    ),
    forbid(
      'libraries-do-not-know-services',
      'A library that knows its user is a part of it.',
      { path: '^(libs|contracts)/' },
      { path: '^(services|infra)/' },
    ),
    forbid(
      'services-do-not-know-each-other',
      'Services meet in contracts: by events and requests.',
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: '^services/$1/' },
    ),
    forbid(
      'nest-is-the-hull',
      'Nest owns process life in service-kit and the HTTP server of the gateway; deleting it would cost one library.',
      {
        path: '^(contracts|libs|services)/',
        pathNot: '^libs/service-kit/|\\.service\\.ts$|^services/gateway/src/server/server\\.http\\.ts$',
      },
      { path: nest },
    ),
    forbid(
      'event-stores-do-not-know-each-other',
      'Two adapters of one port.',
      { path: '^libs/es-(jetstream|kurrent)/' },
      { path: '^libs/es-(jetstream|kurrent)/', pathNot: '^libs/es-$1/' },
    ),
    forbid(
      'blob-stores-do-not-know-each-other',
      'Adapters of one port.',
      { path: '^libs/blob-([^/]+)/', pathNot: notTests },
      { path: '^libs/blob-[^/]+/', pathNot: '^libs/blob-$1/' },
    ),
    forbid(
      'read-models-know-no-event-store',
      'A projection reads through the port of libs/es.',
      { path: '^libs/read-model' },
      { path: '^libs/es-(jetstream|kurrent)/' },
    ),
    forbid(
      'read-models-do-not-know-each-other',
      'Two adapters of one port.',
      { path: '^libs/read-model-(mongodb|sqlite)/' },
      { path: '^libs/read-model-(mongodb|sqlite)/', pathNot: '^libs/read-model-$1/' },
    ),
    forbid(
      'service-kit-knows-no-media',
      'The kit serves every service, also those on machines without media tools.',
      { path: '^libs/service-kit/' },
      { path: '^libs/(media|media-exec|worker)/' },
    ),
    forbid(
      'drivers-stay-in-their-adapters',
      'One place to replace a database.',
      { path: '^(libs|services|contracts)/', pathNot: '^libs/(read-model-mongodb|es-kurrent)/|' + notTests },
      { path: 'node_modules/(mongodb|@kurrent)/' },
    ),
    forbid(
      's3-stays-in-its-adapter',
      'One place to replace an SDK; blobs are reached through their port.',
      { path: '^(libs|services|contracts)/', pathNot: '^libs/blob-s3/' },
      { path: 'node_modules/@aws-sdk/' },
    ),
    forbid(
      'azure-stays-in-its-adapter',
      'One place to replace an SDK; blobs are reached through their port.',
      { path: '^(libs|services|contracts)/', pathNot: '^libs/blob-azure/' },
      { path: 'node_modules/@azure/' },
    ),
    forbid(
      'google-stays-in-its-adapter',
      'One place to replace an SDK; blobs are reached through their port.',
      { path: '^(libs|services|contracts)/', pathNot: '^libs/blob-gcs/' },
      { path: 'node_modules/(@google-cloud|google-auth-library)/' },
    ),
    forbid(
      'no-deep-imports',
      'What a package offers is its index (and, for tests, its suite).',
      { path: '^(contracts|libs/[^/]+|services/[^/]+|infra/[^/]+|tools|e2e|bench)/' },
      {
        path: '^(contracts|libs/[^/]+|services/[^/]+|infra/[^/]+)/src/',
        pathNot: ['^$1/', '/src/index\\.ts$', '\\.suite\\.ts$'],
      },
    ),
    forbid(
      'production-uses-no-test-code',
      'Twins, suites and test servers are for tests.',
      {
        path: '^(contracts|libs|services|infra)/',
        pathNot: notTests + '|^libs/(es-testing|testkit)/|^infra/local/test/',
      },
      { path: '^libs/(es-testing|testkit)/|\\.(suite|test|double)\\.ts$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(coverage|golden)/|^e2e/clients/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};
