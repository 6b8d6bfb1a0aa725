/*
 * Connection: a Reply and a Request in a context of their own, with the ZAP handler of it, and what
 * becomes of their handshake.
 */

import assert from "node:assert/strict";
import { Context, Reply, Request, type SocketOptions } from "zmqx";
import { freshAddress, type Transport, until } from "../harness.js";
import { Recording } from "../monitor/recording.js";
import { receiveText } from "../socket/peers.js";
import { type Decide, ZapHandler } from "./handler.js";

type Options = SocketOptions<Reply> & SocketOptions<Request>;

export interface Setting {
  server?: Options;
  client?: Options;
  /** What the ZAP handler answers; without it there is none. */
  decide?: Decide;
  transport?: Transport;
  /** Where the client connects to, made from the server's endpoint. */
  through?: (endpoint: string) => Promise<string>;
}

/** The code of a failed protocol, or the status that the ZAP handler gave, or "other". */
type Failure = string | number;

export class Connection {
  readonly #context = new Context();
  readonly #atServer: Recording;
  readonly #atClient: Recording;
  readonly server: Reply;
  readonly client: Request;
  handler: ZapHandler | undefined;
  #isAsked = false;

  private constructor({ server, client }: Setting) {
    const context = this.#context;
    this.server = new Reply({ context, linger: 0, ...server });
    this.client = new Request({ context, linger: 0, reconnectInterval: 10, ...client });
    this.#atServer = new Recording(this.server);
    this.#atClient = new Recording(this.client);
  }

  static async open(setting: Setting): Promise<Connection> {
    const connection = new Connection(setting);
    const { decide, transport = "tcp", through } = setting;
    if (decide) connection.handler = await ZapHandler.open(connection.#context, decide);
    const endpoint = await connection.server.bind(freshAddress(transport));
    connection.client.connect(through ? await through(endpoint) : endpoint);
    return connection;
  }

  /** What the client asks reaches the server, and the answer comes back. */
  async exchange(text = "question"): Promise<void> {
    await this.client.send(text);
    assert.deepEqual(await receiveText(this.server), [text]);
    await this.server.send(["answer to", text]);
    assert.deepEqual(await receiveText(this.client), ["answer to", text]);
  }

  /** The handshake fails at the server, for the given reason; nothing gets through. */
  async refusedByServer(why: Failure): Promise<void> {
    await this.#refused(this.#atServer, why);
  }

  /** The same at the client, perhaps at another attempt: the server may be the first to hang up. */
  async refusedByClient(why: Failure): Promise<void> {
    await this.#refused(this.#atClient, why);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.server.close(), this.client.close(), this.handler?.close()]);
    await this.#context.terminate();
  }

  async #refused(recording: Recording, why: Failure): Promise<void> {
    // It waits for a connection, or finds that there will be none.
    if (!this.#isAsked) await this.client.send("secret", { timeout: 0 }).catch(() => undefined);
    this.#isAsked = true;
    const failures = (): Failure[] => [
      ...recording.all("handshake:error:protocol").map(({ error }) => error.code),
      ...recording.all("handshake:error:auth").map(({ error }) => error.status),
      ...recording.all("handshake:error:other").map(() => "other"),
    ];
    await until(() => failures().includes(why), `a handshake to fail with ${why}`);
    assert.equal(this.#atServer.all("handshake").length, 0);
    assert.equal(this.#atClient.all("handshake").length, 0);
    await assert.rejects(this.server.receive({ timeout: 0 }), { code: "EAGAIN" });
  }
}
