import { currentIds, EMPTY_LANE, keepIds, keepLane, type LaneList, listLane, mayMove } from './lane-list';
import { Listeners } from './listeners';
import { Members } from './members';
import { type FirstPage, type Instance, isCurrent, isDone, type Job, type Lane, type Message, type Target, type TokenUsage } from './objects';
import { letGo } from './selection';
import { Table } from './table';

/** The newest finished jobs that the page remembers. */
const FINISHED_KEPT = 50;

export interface Counts {
  readonly queued: number;
  readonly active: number;
}

/** Jobs that are queued to no lane (external ones) stand in the lane of this name. */
export const NO_LANE = '';

const laneOf = (job: Job): string => job.queuedToLane ?? NO_LANE;
const endOf = (job: Job): string => job.completedAt ?? job.killedAt ?? job.failedAt ?? '';

/**
 * Everything the board shows, by id, and the lists derived from it. Whatever a getter answers keeps its
 * identity until it reads differently; only the listeners of what changed are called.
 * Keys to watch: `job:ID`, `lane:NAME`, `lanes`, `targets`, `finished`, `counts`, `tokens`, `instance`, `moves`.
 */
export class Store {
  readonly #jobs = new Table<Job>();
  readonly #lanes = new Table<Lane>();
  readonly #targets = new Table<Target>();
  readonly #members = new Members();
  readonly #leaving = new Set<string>();
  readonly #idsByLane = new Map<string, Set<string>>();
  readonly #listeners = new Listeners();
  readonly #lists = new Map<string, LaneList>();
  #touched = new Set<string>();
  #dirtyLanes = new Set<string>();
  #activeLanes: readonly string[] = [];
  #inactiveLanes: readonly Lane[] = [];
  #currentIds: readonly string[] = [];
  #targetRows: readonly Target[] = [];
  #finished: readonly string[] = [];
  #counts: Counts = { queued: 0, active: 0 };
  #moves: readonly Job[] = [];
  #tokens: TokenUsage | null = null;
  #instance: Instance | null = null;

  readonly watch = (key: string, listener: () => void): (() => void) => this.#listeners.add(key, listener);
  readonly job = (id: string): Job | undefined => this.#jobs.get(id);
  readonly laneList = (name: string): LaneList => this.#lists.get(name) ?? EMPTY_LANE;
  readonly lane = (name: string): Lane | undefined => [...this.#lanes.rows()].find((lane) => lane.name === name);
  readonly activeLanes = (): readonly string[] => this.#activeLanes;
  /** All active and queued jobs, lane by lane, active ones first; watch `lanes`. */
  readonly currentIds = (): readonly string[] => this.#currentIds;
  readonly inactiveLanes = (): readonly Lane[] => this.#inactiveLanes;
  readonly targets = (): readonly Target[] => this.#targetRows;
  readonly finished = (): readonly string[] => this.#finished;
  readonly counts = (): Counts => this.#counts;
  readonly tokens = (): TokenUsage | null => this.#tokens;
  readonly instance = (): Instance | null => this.#instance;
  /** Jobs whose status is another since the flush before, in their new state. */
  readonly moves = (): readonly Job[] => this.#moves;

  /** Take the first page; true if it holds every queued and active job. */
  open(page: FirstPage, instance: Instance | null): boolean {
    const jobs = page.lanes.flatMap((lane) => lane.jobs);
    this.#members.add(jobs.map((job) => job.id));
    jobs.forEach((job) => this.putJob(job));
    [...page.lanes.map(({ lane }) => lane), ...page.inactiveLanes].forEach((lane) => this.putLane(lane));
    page.activeTargets.forEach((target) => this.putTarget(target));
    this.setTokens(page.tokenUsage);
    this.setInstance(instance);
    this.publish();
    return page.lanes.every((lane) => lane.shownCount <= lane.jobs.length);
  }

  /** A connection begins, so an unfinished snapshot starts again. */
  reconnected(): void {
    this.#members.restart();
  }

  /** Take the messages of one frame, in order; answers the ids of the jobs that are no longer current. */
  take(messages: readonly Message[]): string[] {
    this.#moves = [];
    const left = messages.flatMap((message) => this.takeOne(message));
    this.publish();
    return left;
  }

  /** Take the state of one job from the answer of a mutation. */
  put(job: Job): void {
    this.#moves = [];
    this.putJob(job);
    this.publish();
  }

  /** The last state of a job that left the board; null if it cannot be read. Only finished jobs are kept. */
  settle(id: string, last: Job | null): void {
    this.#moves = [];
    this.#leaving.delete(id);
    if (last) this.putJob(last);
    const held = this.#jobs.get(id);
    if (held && !isDone(held) && !this.#members.has(id)) this.dropJob(id);
    this.publish();
  }

  private takeOne(message: Message): string[] {
    message.upsertedLanes.forEach((lane) => this.putLane(lane));
    message.removedLanes.forEach(({ id }) => this.dropLane(id));
    message.upsertedTargets.forEach((target) => this.putTarget(target));
    if (message.tokenUsage) this.setTokens(message.tokenUsage);
    if (message.instance) this.setInstance(message.instance);
    const newcomers = message.upsertedJobs.filter((job) => !this.#members.has(job.id));
    const { left, deleted } = this.#members.take({ ...message, upserted: message.upsertedJobs, removed: message.removedJobs });
    message.upsertedJobs.forEach((job) => this.putJob(job));
    newcomers.forEach((job) => this.welcome(job));
    left.forEach((id) => this.#leaving.add(id));
    deleted.forEach((id) => this.dropJob(id));
    letGo(deleted);
    return left;
  }

  /** A job that enters the feed may bring a state that is already held: list its lane all the same. */
  private welcome(job: Job): void {
    this.#leaving.delete(job.id);
    this.#dirtyLanes.add(laneOf(job));
  }

  private putJob(job: Job): void {
    const before = this.#jobs.get(job.id);
    if (!this.#jobs.put(job)) return;
    this.#touched.add(`job:${job.id}`);
    if (before && before.status !== job.status) this.#moves = [...this.#moves, job];
    if (mayMove(before, job)) this.seat(before, job);
  }

  /** Enter the job under its lane, and mark the lanes to list anew. */
  private seat(before: Job | undefined, job: Job): void {
    if (before) this.unseat(before);
    const ids = this.#idsByLane.get(laneOf(job)) ?? new Set();
    this.#idsByLane.set(laneOf(job), ids.add(job.id));
    this.#dirtyLanes.add(laneOf(job));
  }

  private unseat(job: Job): void {
    this.#idsByLane.get(laneOf(job))?.delete(job.id);
    this.#dirtyLanes.add(laneOf(job));
  }

  private dropJob(id: string): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    this.#jobs.remove(id);
    this.#leaving.delete(id);
    this.unseat(job);
    this.#touched.add(`job:${id}`);
  }

  private putLane(lane: Lane): void {
    if (!this.#lanes.put(lane)) return;
    this.#touched.add(`lane:${lane.name}`);
    this.#dirtyLanes.add(lane.name);
  }

  private dropLane(id: string): void {
    const lane = this.#lanes.get(id);
    if (lane && this.#lanes.remove(id)) this.#dirtyLanes.add(lane.name);
  }

  private putTarget(target: Target): void {
    if (!this.#targets.put(target)) return;
    this.#targetRows = [...this.#targets.rows()].toSorted((a, b) => a.name.localeCompare(b.name));
    this.#touched.add('targets');
  }

  private setTokens(tokens: TokenUsage): void {
    this.#tokens = tokens;
    this.#touched.add('tokens');
  }

  private setInstance(instance: Instance | null): void {
    this.#instance = instance;
    this.#touched.add('instance');
  }

  private publish(): void {
    if (this.#dirtyLanes.size > 0) this.listAnew();
    if (this.#moves.length > 0) this.#touched.add('moves');
    const keys = this.#touched;
    this.#touched = new Set();
    this.#listeners.call(keys);
  }

  private listAnew(): void {
    for (const name of this.#dirtyLanes) this.listOne(name);
    this.#dirtyLanes = new Set();
    this.listLanes();
    this.listFinished();
    this.count();
  }

  private listOne(name: string): void {
    const jobs = [...(this.#idsByLane.get(name) ?? [])].flatMap((id) => this.#jobs.get(id) ?? []);
    const shown = jobs.filter((job) => isCurrent(job) && (this.#members.has(job.id) || this.#leaving.has(job.id)));
    const before = this.laneList(name);
    const after = keepLane(before, listLane(shown));
    if (after === before) return;
    this.#lists.set(name, after);
    this.#touched.add(`lane:${name}`);
  }

  private listLanes(): void {
    const rows = [...this.#lanes.rows()].toSorted((a, b) => a.title.localeCompare(b.title));
    const rank = new Map(rows.map((lane, index) => [lane.name, index]));
    const busy = [...this.#lists].filter(([, list]) => list.active.length + list.queued.length > 0).map(([name]) => name);
    const order = (name: string): number => rank.get(name) ?? rows.length;
    this.#activeLanes = keepIds(this.#activeLanes, busy.toSorted((a, b) => order(a) - order(b)));
    this.#inactiveLanes = rows.filter((lane) => !busy.includes(lane.name));
    this.#currentIds = keepIds(this.#currentIds, currentIds(this.#activeLanes.map(this.laneList)));
    this.#touched.add('lanes');
  }

  private listFinished(): void {
    const done = [...this.#jobs.rows()].filter(isDone).toSorted((a, b) => endOf(b).localeCompare(endOf(a)));
    done.slice(FINISHED_KEPT).forEach((job) => this.forget(job));
    const ids = done.slice(0, FINISHED_KEPT).map((job) => job.id);
    this.#finished = keepIds(this.#finished, ids);
    this.#touched.add('finished');
  }

  private forget(job: Job): void {
    this.#jobs.remove(job.id);
    this.#idsByLane.get(laneOf(job))?.delete(job.id);
  }

  private count(): void {
    const lists = [...this.#lists.values()];
    const queued = lists.reduce((sum, list) => sum + list.queued.length, 0);
    const active = lists.reduce((sum, list) => sum + list.active.length, 0);
    if (queued === this.#counts.queued && active === this.#counts.active) return;
    this.#counts = { queued, active };
    this.#touched.add('counts');
  }
}
