/*
 * PLAIN and CURVE with another implementation at the other end, and ZAP at either side: who has the
 * right words or keys gets through, others do not.
 */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Context, capability, curveKeyPair, Reply, Request } from "zmqx";
import { until } from "../harness.js";
import { Recording } from "../monitor/recording.js";
import { ZapHandler } from "../security/handler.js";
import { Option } from "./exchanges.js";
import { address, assertSame, each, type Peer, type RemoteSocket } from "./peer.js";

const failures = [
  "handshake:error:auth",
  "handshake:error:protocol",
  "handshake:error:other",
] as const;

function failed(recording: Recording): boolean {
  return failures.some((type) => recording.all(type).length > 0);
}

const keys = () => (capability.curve ? curveKeyPair() : { publicKey: "", secretKey: "" });
const [server, client, stranger] = [keys(), keys(), keys()];

// RFC 32; ZAP carries keys as bytes.
const digits =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

function bytesOf(key: string): Buffer {
  const bytes = Buffer.alloc((key.length / 5) * 4);
  for (let group = 0; group < key.length / 5; group++) {
    const part = [...key.slice(5 * group, 5 * group + 5)];
    bytes.writeUInt32BE(
      part.reduce((sum, digit) => sum * 85 + digits.indexOf(digit), 0),
      4 * group,
    );
  }
  return bytes;
}

interface Mechanism {
  name: "PLAIN" | "CURVE";
  /** For our sockets, then for theirs. */
  ours: { server: object; client: object; wrong: object };
  theirs: Record<"server" | "client" | "wrong", Record<number, number | Buffer>>;
  /** What ZAP hears of the right client. */
  credentials: Buffer[];
}

const plain = (password: string) => ({ plainUsername: "ann", plainPassword: password });
const remotePlain = (password: string) => ({
  [Option.plainUsername]: Buffer.from("ann"),
  [Option.plainPassword]: Buffer.from(password),
});
const curve = (own: typeof client, serverKey = server.publicKey) => ({
  curveServerKey: serverKey,
  curvePublicKey: own.publicKey,
  curveSecretKey: own.secretKey,
});
const remoteCurve = (own: typeof client, serverKey = server.publicKey) => ({
  [Option.curveServerKey]: bytesOf(serverKey),
  [Option.curvePublicKey]: bytesOf(own.publicKey),
  [Option.curveSecretKey]: bytesOf(own.secretKey),
});

const mechanisms: Mechanism[] = [
  {
    name: "PLAIN",
    ours: { server: { plainServer: true }, client: plain("secret"), wrong: plain("guess") },
    theirs: {
      server: { [Option.plainServer]: 1 },
      client: remotePlain("secret"),
      wrong: remotePlain("guess"),
    },
    credentials: [Buffer.from("ann"), Buffer.from("secret")],
  },
  {
    name: "CURVE",
    ours: {
      server: { curveServer: true, curveSecretKey: server.secretKey },
      client: curve(client),
      wrong: curve(stranger),
    },
    theirs: {
      server: { [Option.curveServer]: 1, [Option.curveSecretKey]: bytesOf(server.secretKey) },
      client: remoteCurve(client),
      wrong: remoteCurve(stranger),
    },
    credentials: [bytesOf(client.publicKey)],
  },
];

/** Their server asks a ZAP handler of theirs, which knows the right client only. */
async function theirServer(peer: Peer, mechanism: Mechanism): Promise<[RemoteSocket, () => void]> {
  const directory = mkdtempSync(join(tmpdir(), "zmqx-zap-"));
  const { name, credentials } = mechanism;
  await peer.command("zap", directory, "global", name.toLowerCase(), ...credentials);
  const socket = await peer.socket("REP", mechanism.theirs.server);
  await socket.set(Option.zapDomain, Buffer.from("global"));
  return [socket, () => rmSync(directory, { recursive: true, force: true })];
}

async function exchange(asking: Request, replying: RemoteSocket): Promise<void> {
  for (const text of ["one", "", "x".repeat(70_000)]) {
    await asking.send([text, "end"]);
    assertSame(await replying.receive(), [text, "end"]);
    await replying.send(["answer", text]);
    assertSame(await asking.receive(), ["answer", text]);
  }
}

for (const mechanism of mechanisms) {
  const { name, ours, theirs, credentials } = mechanism;
  const skip = name === "CURVE" && !capability.curve && "libzmq was built without CURVE";

  each(
    ["REP", "tcp", name, "ZAP"],
    (title) => `${name}: a server of ${title} lets Request in, and nobody with other credentials`,
    async (peer) => {
      const [remote, cleanUp] = await theirServer(peer, mechanism);
      try {
        const endpoint = await remote.bind(address("tcp"));
        using wrong = new Request({ linger: 0, reconnectInterval: 10, ...ours.wrong });
        const atWrong = new Recording(wrong);
        wrong.connect(endpoint);
        // Not send(): what is refused at once leaves nobody to send to.
        wrong.trySend("let me in");
        await until(() => failed(atWrong), "the refusal");
        using right = new Request({ linger: 0, ...ours.client });
        right.connect(endpoint);
        await exchange(right, remote);
        assert.equal(right.securityMechanism, name.toLowerCase());
        assert.deepEqual(atWrong.all("handshake"), []);
      } finally {
        cleanUp();
      }
    },
    skip,
  );

  each(
    ["REQ", "tcp", name],
    (title) => `${name}: Reply with a ZAP handler lets a client of ${title} in, and no other one`,
    async (peer) => {
      const context = new Context();
      const wanted = credentials.map((part) => part.toString("hex")).join();
      const handler = await ZapHandler.open(context, ({ credentials }) => ({
        status: credentials.map((part) => part.toString("hex")).join() === wanted ? "200" : "400",
      }));
      const reply = new Reply({ context, linger: 0, zapDomain: "interop", ...ours.server });
      const recording = new Recording(reply);
      try {
        const endpoint = await reply.bind(address("tcp"));
        const wrong = await peer.socket("REQ", theirs.wrong);
        await wrong.connect(endpoint);
        await until(() => recording.all("handshake:error:auth").length > 0, "the refusal");
        assert.equal(recording.all("handshake").length, 0);
        const right = await peer.socket("REQ", theirs.client);
        await right.connect(endpoint);
        await right.send(["question", ""]);
        assertSame(await reply.receive(), ["question", ""]);
        await reply.send("answer");
        assertSame(await right.receive(), ["answer"]);
        const asked = handler.requests.at(-1);
        assert.equal(asked?.domain, "interop");
        assert.equal(asked.mechanism, name);
      } finally {
        await Promise.all([reply.close(), handler.close()]);
        await context.terminate();
      }
    },
    skip,
  );
}

const skipCurve = !capability.curve && "libzmq was built without CURVE";

each(
  ["REP", "tcp", "CURVE"],
  (title) => `CURVE: Request that has another key for the server of ${title} gets no answer`,
  async (peer) => {
    const remote = await peer.socket("REP", mechanisms[1]?.theirs.server);
    const endpoint = await remote.bind(address("tcp"));
    const options = { linger: 0, reconnectInterval: 10 };
    using wrong = new Request({ ...options, ...curve(client, stranger.publicKey) });
    const atWrong = new Recording(wrong);
    wrong.connect(endpoint);
    wrong.trySend("let me in");
    await atWrong.wait("disconnect");
    using right = new Request({ ...options, ...curve(client) });
    right.connect(endpoint);
    await exchange(right, remote);
    assert.deepEqual(atWrong.all("handshake"), []);
  },
  skipCurve,
);

each(
  ["REQ", "tcp", "CURVE"],
  (title) => `CURVE: a client of ${title} that has another key for Reply is refused`,
  async (peer) => {
    using reply = new Reply({ linger: 0, curveServer: true, curveSecretKey: server.secretKey });
    const recording = new Recording(reply);
    const endpoint = await reply.bind(address("tcp"));
    const wrong = await peer.socket("REQ", remoteCurve(client, stranger.publicKey));
    await wrong.connect(endpoint);
    await recording.wait("handshake:error:protocol");
    assert.deepEqual(recording.all("handshake"), []);
  },
  skipCurve,
);

each(
  ["REP", "tcp"],
  (title) =>
    `PLAIN and CURVE: REP of ${title} without a mechanism gets nothing from Request with one`,
  async (peer) => {
    const remote = await peer.socket("REP");
    const endpoint = await remote.bind(address("tcp"));
    for (const options of skipCurve ? [plain("secret")] : [plain("secret"), curve(client)]) {
      using request = new Request({ linger: 0, reconnectInterval: 10, ...options });
      const recording = new Recording(request);
      request.connect(endpoint);
      request.trySend("secret");
      // With a peer of ZMTP 2 the connection ends before there is any handshake to fail.
      const isRefused = () => failed(recording) || recording.all("disconnect").length > 0;
      await until(isRefused, "the refusal");
      assert.deepEqual(recording.all("handshake"), []);
    }
    using request = new Request({ linger: 0 });
    request.connect(endpoint);
    await exchange(request, remote);
  },
);

each(
  ["REQ", "tcp"],
  (title) => `PLAIN and CURVE: Reply with one gets nothing from REQ of ${title} without`,
  async (peer) => {
    const curveServer = { curveServer: true, curveSecretKey: server.secretKey };
    for (const options of skipCurve
      ? [{ plainServer: true }]
      : [{ plainServer: true }, curveServer]) {
      using reply = new Reply({ linger: 0, ...options });
      const recording = new Recording(reply);
      await using fresh = await peer.another();
      const remote = await fresh.socket("REQ");
      await remote.connect(await reply.bind(address("tcp")));
      // Not every implementation keeps what it cannot send yet.
      remote.send(["in the clear"]).catch(() => undefined);
      const isRefused = () => failed(recording) || recording.all("disconnect").length > 0;
      await until(isRefused, "the refusal");
      assert.deepEqual(recording.all("handshake"), []);
      await assert.rejects(reply.receive({ timeout: 0 }), { code: "EAGAIN" });
    }
  },
);
