/*
 * Proxy: forwards messages between two sockets on a thread of its own.
 */

import { busyError, closed, eInvalid, statusError, ZmqError } from "./errors.js";
import { addon, type NativeProxy } from "./native.js";
import { socketParts } from "./parts.js";
import type { Socket } from "./socket.js";
import { Uncloneable } from "./uncloneable.js";

// The states of native/proxy.h.
enum State {
  running = 0,
  paused = 1,
  terminating = 2,
}

/**
 * Forwards whole messages between two sockets, both ways, on a thread of its own: no JavaScript
 * runs per message, and the event loop stays free. Each direction is forwarded only as far as
 * the receiving socket has room, so that high-water marks work through a proxy.
 *
 * @example
 * ```ts
 * import { Dealer, Proxy, Router } from "zmqx";
 *
 * const proxy = new Proxy(new Router(), new Dealer());
 * await proxy.frontEnd.bind("tcp://127.0.0.1:*");
 * await proxy.backEnd.bind("tcp://127.0.0.1:*");
 * const ended = proxy.run();
 * proxy.terminate();
 * await ended;
 * ```
 */
export class Proxy<F extends Socket = Socket, B extends Socket = Socket> extends Uncloneable {
  static {
    // The bundler renames the class: its own option to keep names makes every function slow to create.
    Object.defineProperty(Proxy, "name", { value: "Proxy" });
  }

  readonly #frontEnd: F;
  readonly #backEnd: B;
  readonly #native: NativeProxy = new addon.Proxy();
  #state: "new" | "running" | "ended" = "new";

  /**
   * @param frontEnd - One socket.
   * @param backEnd - The other one.
   * @throws TypeError for anything but sockets.
   */
  constructor(frontEnd: F, backEnd: B) {
    super();
    socketParts(frontEnd, "use as the front end of a proxy");
    socketParts(backEnd, "use as the back end of a proxy");
    this.#frontEnd = frontEnd;
    this.#backEnd = backEnd;
    Object.seal(this);
  }

  /** The socket that clients, or publishers, talk to. */
  get frontEnd(): F {
    return this.#frontEnd;
  }

  /** The socket that workers, or subscribers, talk to. */
  get backEnd(): B {
    return this.#backEnd;
  }

  /**
   * Starts to forward. While the proxy runs, other uses of the two sockets reject or throw with a
   * BusyError. It keeps the process alive.
   *
   * @returns Resolves when the proxy was terminated, and both sockets are gone, as {@link Socket.close} says. Rejects with
   * ZmqError: EINVAL when a socket is neither bound nor connected, EBUSY when operations
   * wait on one or a proxy has it already, EBADF when it is closed, ETERM when the context ends.
   */
  async run(): Promise<void> {
    const front = socketParts(this.#frontEnd, "use as the front end of a proxy");
    const back = socketParts(this.#backEnd, "use as the back end of a proxy");
    for (const [side, { handle, endpoints }] of [
      ["front", front],
      ["back", back],
    ] as const) {
      if (handle.waiting) {
        throw busyError("proxy", `Cannot run the proxy: operations wait on its ${side} end`);
      }
      if (handle.closed || endpoints > 0) continue;
      const text = `Cannot run the proxy: its ${side} end must be bound or connected first`;
      throw eInvalid("proxy", text);
    }
    const started = this.#native.run(
      front.handle.native,
      back.handle.native,
      front.handle.inflow.all(),
      back.handle.inflow.all(),
    );
    if (started < 0) throw statusError(started, "proxy", "run the proxy");
    for (const { handle } of [front, back]) handle.inflow.drop();
    this.#state = "running";
    const status = new Promise<number>((resolve) => {
      this.#native.onend = resolve;
    });
    const returned = status.then(() => {
      this.#state = "ended";
      for (const { handle } of [front, back]) handle.borrower = undefined;
    });
    for (const { handle } of [front, back]) {
      handle.borrower = { returned, terminate: () => this.terminate() };
    }
    await returned;
    await Promise.all([this.#frontEnd.close(), this.#backEnd.close()]);
    const result = await status;
    if (result < 0) throw statusError(result, "proxy", "run the proxy");
  }

  /** Forwards nothing until {@link resume}. Messages wait in the sockets. */
  pause(): void {
    this.#steer(State.paused, "pause");
  }

  /** Forwards again after {@link pause}. */
  resume(): void {
    this.#steer(State.running, "resume");
  }

  /**
   * Ends the proxy and closes both sockets; {@link run} then resolves. Closing one of the sockets
   * does the same. Does nothing when it has ended.
   */
  terminate(): void {
    if (this.#state !== "ended") this.#steer(State.terminating, "terminate");
  }

  [Symbol.dispose](): void {
    this.terminate();
  }

  #steer(state: State, action: string): void {
    if (this.#state === "ended") {
      const details = { code: "EBADF", errno: -closed, syscall: action };
      throw new ZmqError(`Cannot ${action} the proxy: it has ended`, details);
    }
    this.#native.steer(state);
  }
}
