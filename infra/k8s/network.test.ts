import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { media, ofKind, servicesOf, workloadsOf } from './manifest.ts';
import { canRender, overlays, render } from './render.ts';

type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In';
    readonly values: readonly string[];
  }[];
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except: readonly string[] };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number }[];
}
interface Policy {
  readonly podSelector: Selector;
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));

const policies = canRender ? ofKind(render('prod'), 'NetworkPolicy').map(({ spec }) => spec as unknown as Policy) : [];
// With the MongoDB that prod has elsewhere.
const workloads = canRender
  ? [...workloadsOf(render('prod')), ...workloadsOf(render('dev')).filter(({ name }) => name === 'mongodb')]
  : [];
const services = canRender ? servicesOf(render('prod')) : [];
const namesOf = (all: readonly { readonly name: string }[]): string[] => all.map(({ name }) => name).toSorted();
const labelsOf = (name: string): Labels => workloads.find((each) => each.name === name)?.podLabels ?? {};

const rulesFor = (name: string, direction: 'ingress' | 'egress'): Rule[] =>
  policies
    .filter(({ podSelector }) => selects(podSelector, labelsOf(name)))
    .flatMap((policy) => policy[direction] ?? []);

const lets = (rule: Rule, peers: readonly Peer[] = [], other: string, port: number): boolean =>
  (rule.ports?.some((each) => each.port === port) ?? true) &&
  peers.some(
    ({ podSelector, namespaceSelector }) => podSelector && !namespaceSelector && selects(podSelector, labelsOf(other)),
  );

/** Both ends have to agree, as on a network that enforces it. */
const reaches = (from: string, to: string, port: number): boolean =>
  rulesFor(from, 'egress').some((rule) => lets(rule, rule.to, to, port)) &&
  rulesFor(to, 'ingress').some((rule) => lets(rule, rule.from, from, port));
const whoReaches = (to: string, port: number): string[] =>
  namesOf(workloads.filter(({ name }) => reaches(name, to, port)));

const holds = (cidr: string, address: string): boolean => {
  const [network = '', bits] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
};
const getsOut = (name: string, address: string): boolean =>
  rulesFor(name, 'egress')
    .flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock ?? []))
    .some(({ cidr, except }) => holds(cidr, address) && !except.some((each) => holds(each, address)));

const fromNamespaces = (name: string) =>
  rulesFor(name, 'ingress').flatMap(({ from = [], ports }) =>
    from.flatMap(({ namespaceSelector }) =>
      namespaceSelector
        ? [[namespaceSelector.matchLabels?.['kubernetes.io/metadata.name'], ports?.map(({ port }) => port)]]
        : [],
    ),
  );

describe.runIf(canRender)('the walls', () => {
  it('stand alike in every overlay, closed both ways unless a policy opens them', () => {
    for (const overlay of overlays)
      expect(ofKind(render(overlay), 'NetworkPolicy')).toEqual(ofKind(render('prod'), 'NetworkPolicy'));
    expect(policies).toContainEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it('let out who calls addresses of others, and no media code', () => {
    const out = namesOf(workloads.filter(({ name }) => getsOut(name, '8.8.8.8') || getsOut(name, '2600::1')));
    const allowed = ['alerting', 'clamd', 'gateway', 'moderation', 'storage', 'storage-disk', 'translate', 'webhook'];
    expect(out).toEqual(allowed);
    expect(out.filter((name) => media.includes(name))).toEqual([]);
  });

  it.each([
    '0.0.0.1',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '168.63.129.16',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    'fd00:ec2::254',
    'fe80::1',
    '2002:a00:1::1',
    '64:ff9b::a00:1',
  ])('let nobody out to %s', (address) => {
    expect(namesOf(workloads.filter(({ name }) => getsOut(name, address)))).toEqual([]);
  });

  it('lead each service to what it needs, and to nothing else', () => {
    expect(whoReaches('nats', 4222)).toEqual(namesOf(services));
    expect(whoReaches('nats', 8222)).toEqual(namesOf(services));
    expect(whoReaches('nats', 6222)).toEqual(['nats']);
    expect(whoReaches('storage-disk', 4000)).toEqual(namesOf(services));
    const withReadModel = services.filter(({ container }) =>
      container.env?.some(({ name }) => name === 'DATABASE_URL'),
    );
    expect(whoReaches('mongodb', 27_017)).toEqual(namesOf(withReadModel));
    expect(whoReaches('clamd', 3310)).toEqual(['storage', 'storage-disk']);
    for (const { name } of services) expect(whoReaches(name, 9464), name).toEqual([]);
    for (const { name } of workloads) if (name !== 'gateway') expect(whoReaches(name, 3000), name).toEqual([]);
  });

  it('let in everybody to the gateway, Prometheus to figures, KEDA to queues', () => {
    const open = workloads.filter(({ name }) => rulesFor(name, 'ingress').some(({ from }) => from === undefined));
    expect(namesOf(open)).toEqual(['gateway']);
    for (const { name } of services) expect(fromNamespaces(name), name).toEqual([['monitoring', [9464]]]);
    expect(fromNamespaces('nats')).toEqual([
      ['keda', [8222]],
      ['monitoring', [8222]],
    ]);
  });
});
