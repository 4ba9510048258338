export interface LaneLimits {
  /** In hand at once, of everybody. */
  readonly runningMax: number;
  readonly runningPerTenantMax: number;
  readonly runningPerReceiverMax: number;
  /** Waiting in memory, of everybody; a tenant may always have a few. */
  readonly waitingMax: number;
  readonly waitingPerTenantMax: number;
  readonly waitingPerReceiverMax: number;
}

/** What a tenant may have waiting however many others wait. */
const alwaysWelcome = 20;

interface Tenant<T> {
  readonly name: string;
  readonly lanes: Map<string, Lane<T>>;
  /** Lanes that could start something now, the one whose turn is next first. */
  readonly ready: Set<Lane<T>>;
  running: number;
  waiting: number;
}

interface Lane<T> {
  readonly receiver: string;
  readonly tenant: Tenant<T>;
  readonly waiting: T[];
  running: number;
  /** A receiver that does not answer is tried one call at a time until it does. */
  answers: boolean;
}

export interface Taken<T> {
  readonly item: T;
  /** Makes room again; tells whether the receiver answered at all. */
  release(answered: boolean): void;
}

/**
 * Who goes next: turn by turn over tenants, and inside a tenant over its receivers, each with a limit of its own, so that
 * neither a flood nor a receiver that does not answer holds up anybody else.
 */
export class FairLanes<T> {
  readonly #limits: LaneLimits;
  readonly #tenants = new Map<string, Tenant<T>>();
  readonly #ready = new Set<Tenant<T>>();
  #running = 0;
  #waiting = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  waitingFor(tenant: string, receiver: string): number {
    return this.#tenants.get(tenant)?.lanes.get(receiver)?.waiting.length ?? 0;
  }

  /** `false`: there is no room for it now. */
  offer(tenantName: string, receiver: string, item: T): boolean {
    const { waitingMax, waitingPerTenantMax, waitingPerReceiverMax } = this.#limits;
    const tenant = this.#tenants.get(tenantName);
    const ofTenant = tenant?.waiting ?? 0;
    if (ofTenant >= waitingPerTenantMax || (this.#waiting >= waitingMax && ofTenant >= alwaysWelcome)) return false;
    if (this.waitingFor(tenantName, receiver) >= waitingPerReceiverMax) return false;
    const lane = this.#laneOf(tenantName, receiver);
    lane.waiting.push(item);
    lane.tenant.waiting++;
    this.#waiting++;
    this.#update(lane);
    return true;
  }

  /** The next that may start, or `null` when nothing waits that may. */
  take(): Taken<T> | null {
    if (this.#running >= this.#limits.runningMax) return null;
    const [tenant] = this.#ready;
    const [lane] = tenant?.ready ?? [];
    const item = lane?.waiting.shift();
    if (!tenant || !lane || item === undefined) return null;
    this.#waiting--;
    tenant.waiting--;
    this.#count(lane, 1);
    // To the end of both rows.
    tenant.ready.delete(lane);
    this.#ready.delete(tenant);
    this.#update(lane);
    return {
      item,
      release: (answered) => {
        lane.answers = answered;
        this.#count(lane, -1);
        this.#update(lane);
      },
    };
  }

  #count(lane: Lane<T>, change: 1 | -1): void {
    lane.running += change;
    lane.tenant.running += change;
    this.#running += change;
  }

  #laneOf(name: string, receiver: string): Lane<T> {
    const tenant = this.#tenants.get(name) ?? { name, lanes: new Map(), ready: new Set(), running: 0, waiting: 0 };
    this.#tenants.set(name, tenant);
    const lane = tenant.lanes.get(receiver) ?? { receiver, tenant, waiting: [], running: 0, answers: true };
    tenant.lanes.set(receiver, lane);
    return lane;
  }

  /** Sets right who is ready, and forgets who has nothing left. */
  #update(lane: Lane<T>): void {
    const { runningPerReceiverMax, runningPerTenantMax } = this.#limits;
    const { tenant } = lane;
    const isReady = lane.waiting.length > 0 && lane.running < (lane.answers ? runningPerReceiverMax : 1);
    if (isReady) tenant.ready.add(lane);
    else tenant.ready.delete(lane);
    if (tenant.ready.size > 0 && tenant.running < runningPerTenantMax) this.#ready.add(tenant);
    else this.#ready.delete(tenant);
    if (lane.waiting.length === 0 && lane.running === 0) tenant.lanes.delete(lane.receiver);
    if (tenant.lanes.size === 0) this.#tenants.delete(tenant.name);
  }
}
