/*
 * Handle: a native socket and the operations that wait on it. Every operation is tried first and
 * waits only where libzmq would block. A waiting operation takes a message, or hands one over, in
 * the same step that settles its promise: so an abort or a timeout can never lose one.
 */

import { checkWait, messageProblem, type WaitOptions } from "./arguments.js";
import { eterm, pollIn, pollOut, type SocketType } from "./constants.js";
import { AbortError, again, againError, ClosedError, closed, statusError } from "./errors.js";
import { Inflow } from "./inflow.js";
import { end, item } from "./iterate.js";
import { addon, type NativeContext, type NativeSocket, type Prepared } from "./native.js";
import { Outflow, type Target } from "./outflow.js";
import { inlet } from "./slab.js";
import { spin } from "./spin.js";
import { initialTuning, type TuningOptions } from "./tuning.js";
import { settled } from "./turn.js";
import { type Operation, Waiting } from "./waiting.js";

export class Handle {
  readonly native: NativeSocket = new addon.Socket();
  /** What error messages call the socket, for example `"Dealer"`. */
  readonly label: string;
  /** The proxy whose thread has the socket. */
  borrower: { readonly returned: Promise<void>; terminate(): void } | undefined;
  readonly tuning: TuningOptions = initialTuning();
  readonly inflow: Inflow;
  readonly #outflow: Outflow;
  readonly #receives = new Waiting(this, "receive");
  readonly #sends = new Waiting(this, "send");
  #watching = false;
  #referenced = true;
  /** Whether a message has come since a busy poll was in vain. */
  #busy = false;
  #recheck = false;
  #later: NodeJS.Timeout | undefined;
  #end: "open" | "closed" | "terminated" = "open";

  /** A public one is told of when it is collected while it is open. */
  constructor(context: NativeContext, type: SocketType, label: string, isPublic: boolean) {
    this.label = label;
    const id = this.native.open(context, type, inlet, isPublic);
    if (id < 0) throw statusError(id, "socket", `create a ${label}`);
    this.inflow = new Inflow(this.native, id, type, this.tuning);
    this.#outflow = new Outflow(this.native, id, this.tuning);
    this.native.handle = this;
  }

  get closed(): boolean {
    return this.#end !== "open";
  }

  /** Whether any operation waits. */
  get waiting(): boolean {
    return this.#receives.size + this.#sends.size > 0;
  }

  /** For an iterator a message is an item, and being closed is the end. */
  receive<T = unknown[]>(options?: WaitOptions, iterates = false): Promise<T> {
    const wait = options === undefined ? undefined : checkWait("receive", options);
    if (wait?.signal?.aborted) return Promise.reject(new AbortError("receive", wait.signal.reason));
    if (this.#receives.size === 0) {
      const message = this.inflow.take();
      if (this.#sends.size > 0) this.recheck();
      if (typeof message !== "number") {
        // Longer for iterators: a loop here that sends gets ahead, and the next read brings more.
        return iterates ? (settled(message).then(item) as Promise<T>) : settled(message as T);
      }
      if (message !== again) {
        const error = this.#failure(message, "receive");
        return iterates && this.closed ? Promise.resolve(end() as T) : Promise.reject(error);
      }
    }
    return this.#wait<T>("receive", wait, undefined, iterates);
  }

  /** The next of the messages that were read ahead. */
  takeAhead(): unknown[] | undefined {
    const message = this.inflow.takeAhead();
    if (message !== undefined && this.#sends.size > 0) this.recheck();
    return message;
  }

  /** One to `most` messages; none where there are none, or others wait. Throws a ZmqError. */
  tryReceive(most: number): unknown[][] {
    if (this.#receives.size > 0) return [];
    const messages = this.inflow.takeMany(most);
    if (this.#sends.size > 0) this.recheck();
    if (typeof messages !== "number") return messages;
    if (messages === again) return [];
    throw this.#failure(messages, "receive");
  }

  send(message: unknown, target?: Target, options?: WaitOptions, loan?: number): Promise<void> {
    const wait = options === undefined ? undefined : checkWait("send", options);
    if (wait?.signal?.aborted) return Promise.reject(new AbortError("send", wait.signal.reason));
    const sent = this.#handOver(message, target, loan);
    if (sent === undefined) return settled(undefined);
    if (typeof sent === "number") return Promise.reject(this.#sendFailure(sent, message));
    return this.#wait<void>("send", wait, sent);
  }

  /** Whether libzmq took the message at once: not where others wait to send. Throws an error. */
  trySend(message: unknown, target?: Target, loan?: number): boolean {
    const sent = this.#handOver(message, target, loan);
    if (typeof sent === "number") throw this.#sendFailure(sent, message);
    return sent === undefined;
  }

  /** How many of up to `most` messages, from an index on, libzmq took at once. */
  trySendMany(messages: readonly unknown[], from: number, most: number, loan?: number): number {
    if (this.#sends.size > 0) return 0;
    const sent = this.#outflow.sendMany(messages, from, most, loan);
    if (this.#receives.size > 0) this.recheck();
    return sent;
  }

  /** `ZMQ_EVENTS`, or 0 when the socket is closed or in the hands of a proxy. */
  events(): number {
    const events = Math.max(this.native.events(), 0);
    if (this.waiting) this.recheck();
    return this.inflow.isEmpty ? events : events | pollIn;
  }

  /** To be called when an option of libzmq was set. */
  optionSet(id: number, value: unknown): void {
    this.inflow.optionSet(id, value);
    this.#receives.optionSet();
    this.#sends.optionSet();
  }

  retune(changes: Partial<TuningOptions>): void {
    Object.assign(this.tuning, changes);
    this.inflow.retune();
    this.#outflow.retune();
  }

  /**
   * To be called after anything that may have made libzmq look at the commands for this socket:
   * what they announced would otherwise wake nobody.
   */
  recheck(): void {
    if (this.#recheck || !this.waiting) return;
    setImmediate(() => {
      this.#recheck = false;
      this.attempt();
    });
    this.#recheck = true;
  }

  setReferenced(referenced: boolean): void {
    this.#referenced = referenced;
    this.native.reference(referenced);
    this.#receives.setReferenced(referenced);
    this.#sends.setReferenced(referenced);
  }

  /** Rejects what waits with the given error, and closes. Does nothing when closed already. */
  close(linger?: number, reason: "closed" | "terminated" = "closed"): void {
    if (this.#end !== "open") return;
    this.#end = reason;
    this.native.close(linger);
    this.inflow.drop();
    this.#rejectAll((operation) => {
      if (reason === "terminated") return this.error(closed, operation);
      const text = `Cannot ${operation} on ${this.label}: socket was closed`;
      return againError(ClosedError, operation, text);
    });
  }

  /** The error for a status that an operation on this socket gave. */
  error(
    status: number,
    syscall: string,
    action = `${syscall} on ${this.label}`,
    endpoint?: string,
  ): Error {
    const shown = status === closed && this.#end === "terminated" ? -eterm : status;
    return statusError(shown, syscall, action, endpoint);
  }

  #handOver(message: unknown, target?: Target, loan?: number) {
    const isFree = this.#sends.size === 0;
    const sent = this.#outflow[isFree ? "send" : "prepare"](message, target, loan);
    if (this.#receives.size > 0) this.recheck();
    return sent;
  }

  #sendFailure(status: number, message: unknown): Error {
    return messageProblem(status, message) ?? this.#failure(status, "send");
  }

  #failure(status: number, operation: Operation): Error {
    if (status === -eterm) this.close(undefined, "terminated");
    return this.error(status, operation);
  }

  #wait<T>(operation: Operation, wait?: WaitOptions, prepared?: Prepared, iterates = false) {
    const queue = operation === "send" ? this.#sends : this.#receives;
    const { size } = queue;
    const waited = queue.add<T>(prepared, wait, iterates);
    try {
      if (this.waiting) this.#waitFor(operation);
    } catch (error) {
      // The stack is full: nobody may know the operation, which must not get a message then.
      if (queue.size > size) queue.rejectLast(error as Error);
    }
    return waited;
  }

  #waitFor(operation: Operation): void {
    // Trying this operation may have used up the wake-up of one that waits for the other direction.
    if (this.#receives.size > 0 && this.#sends.size > 0) this.recheck();
    const { busyPoll } = this.tuning;
    const polls = this.#busy && busyPoll > 0 && this.#referenced && operation === "receive";
    // The first that waits polls for all of them, or has a watch.
    if (polls && this.#receives.size > 1) return;
    if (!polls || !spin(busyPoll, (isLast) => this.#tryAgain(isLast))) this.#watch();
  }

  // Whether nobody waits any more; a last attempt leads to a watch.
  #tryAgain(isLast: boolean): boolean {
    this.#busy = !isLast;
    if (isLast) this.attempt();
    else this.#attemptAll(this.#receives);
    if (this.#sends.size > 0) this.recheck();
    this.rest();
    return this.#receives.size === 0;
  }

  #rejectAll(errorFor: (operation: Operation) => Error): void {
    for (const queue of [this.#receives, this.#sends]) queue.rejectAll(errorFor, this.closed);
  }

  #watch(): void {
    this.#watching = true;
    const status = this.native.watch(this.inflow.id, true);
    if (status < 0) this.#rejectAll((operation) => this.error(status, operation));
  }

  /** To be called when an operation does not wait any more. */
  rest(): void {
    if (!this.#watching || this.waiting) return;
    this.#watching = false;
    this.native.watch(this.inflow.id, false);
  }

  /** To be called when the watch wakes up, which ends unless it is wanted again. */
  ready(): void {
    this.#watching = false;
    this.attempt();
  }

  /** Settles every waiting operation that can be carried out now; the others wait on, also if it throws. */
  attempt(): void {
    try {
      // Asking lets libzmq look at all commands, which a send may put off; a receive does not.
      if (this.#sends.size > 0) this.native.events();
      for (let round = 0; ; round++) {
        this.#attemptAll(this.#receives);
        this.#attemptAll(this.#sends);
        const next = this.#sends.first;
        if (this.#receives.size === 0 || next === undefined) break;
        // Trying one direction may have used up the wake-up of the other one.
        const events = this.native.events(next.prepared);
        if ((events & (pollIn | pollOut)) === 0 || events < 0) break;
        if (round < 2) continue;
        // SERVER and STREAM tell that they can send whenever asked: no use to ask again at once.
        this.#recheckLater();
        break;
      }
    } finally {
      if (this.waiting) this.#watch();
      else this.rest();
    }
  }

  #recheckLater(): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.recheck();
    }, 10).unref();
  }

  #attemptAll(queue: Waiting): void {
    const receives = queue === this.#receives;
    for (let waiter = queue.first; waiter !== undefined; waiter = queue.first) {
      const result = receives
        ? this.inflow.take()
        : this.native.resend(waiter.prepared as Prepared);
      if (result === again) return;
      if (result === -eterm) this.close(undefined, "terminated");
      if (this.closed) return;
      if (receives) this.#busy = true;
      const failed = typeof result === "number" && result < 0;
      if (failed) queue.rejectFirst(this.error(result, queue.operation));
      else queue.resolveFirst(result);
    }
  }
}
