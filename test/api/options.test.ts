/*
 * Options as a program uses them: defaults, the values they take and give back,
 * and what a wrong name, type or range is answered with.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as zmq from "zmqx";
import { type Properties, type SocketClass, using } from "./option-samples.js";

const Dealer = zmq.Dealer as unknown as SocketClass;
const Router = zmq.Router as unknown as SocketClass;
const Context = zmq.Context as unknown as new (options?: object) => Properties;

test("Options have libzmq's defaults on a fresh socket", async () => {
  const defaults: Properties = {
    affinity: 0,
    backlog: 100,
    connectTimeout: 0,
    conflate: false,
    curveServer: false,
    curvePublicKey: null,
    curveSecretKey: null,
    curveServerKey: null,
    handshakeInterval: 30000,
    heartbeatInterval: 0,
    heartbeatTimeout: -1,
    immediate: false,
    interface: null,
    ipv6: false,
    maxMessageSize: -1,
    multicastHops: 1,
    plainUsername: null,
    rate: 100,
    receiveBufferSize: -1,
    receiveTimeout: -1,
    reconnectInterval: 100,
    reconnectMaxInterval: 0,
    recoveryInterval: 10000,
    routingId: null,
    securityMechanism: null,
    sendBufferSize: -1,
    sendTimeout: -1,
    socksProxy: null,
    tcpKeepalive: -1,
    threadSafe: false,
    type: 5,
    zapDomain: null,
  };
  await using(Dealer, undefined, (socket) => {
    for (const [name, value] of Object.entries(defaults)) assert.equal(socket[name], value, name);
  });
});

test("`affinity` is a number while that is exact, and a bigint beyond", async () => {
  await using(Dealer, { affinity: 5n }, (socket) => {
    assert.equal(socket.affinity, 5);
    socket.affinity = Number.MAX_SAFE_INTEGER;
    assert.equal(socket.affinity, Number.MAX_SAFE_INTEGER);
    socket.affinity = 2n ** 64n - 1n;
    assert.equal(socket.affinity, 2n ** 64n - 1n);
    socket.maxMessageSize = 2n ** 63n - 1n;
    assert.equal(socket.maxMessageSize, 2n ** 63n - 1n);
  });
});

test("`routingId` keeps every byte, and is a string where the bytes are UTF-8", async () => {
  await using(Router, undefined, (socket) => {
    const cases: [given: string | Uint8Array, read: string | Buffer][] = [
      [Buffer.from([1, 0, 255, 0]), Buffer.from([1, 0, 255, 0])],
      [Buffer.from([0xff, 0xfe]), Buffer.from([0xff, 0xfe])],
      [new Uint8Array([65, 66]), "AB"],
      ["Ærø", "Ærø"],
      [Buffer.from("\ufeffmark"), "\ufeffmark"],
      [Buffer.alloc(255, 7), Buffer.alloc(255, 7).toString()],
    ];
    for (const [given, read] of cases) {
      socket.routingId = given;
      assert.deepEqual(socket.routingId, read);
    }
  });
});

test("Q13: `routingId` is 1 to 255 bytes and does not start with zero", async () => {
  await using(Router, { routingId: "kept" }, (socket) => {
    for (const name of ["routingId", "connectRoutingId"]) {
      for (const value of ["", null, "x".repeat(256), Buffer.from([0, 1])]) {
        assert.throws(() => (socket[name] = value), {
          name: "RangeError",
          message: /^Cannot set "\w+" to .*: expected 1 to 255 bytes, the first of them not zero$/,
        });
      }
    }
    assert.equal(socket.routingId, "kept");
  });
});

test("`curveServerKey` takes Z85 or 32 bytes, and reads as Z85", {
  skip: !zmq.capability.curve,
}, async () => {
  // The vector of the Z85 specification: 32 bytes and what they are in text.
  const bytes = Buffer.from(
    "8e0bdd697628b91d8f245587ee95c5b04d48963f79259877b49cd9063aead3b7",
    "hex",
  );
  await using(Dealer, { curveServerKey: bytes }, (socket) => {
    assert.equal(socket.curveServerKey, "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6");
    assert.equal(socket.securityMechanism, "curve");
    for (const value of ["short", "é".repeat(40), Buffer.alloc(31)]) {
      assert.throws(() => (socket.curveServerKey = value), {
        name: "RangeError",
        message: /expected 40 characters of Z85 or 32 bytes$/,
      });
    }
  });
});

test("A secret does not appear in the error about it", async () => {
  await using(Dealer, undefined, (socket) => {
    assert.throws(() => (socket.curveSecretKey = "my little secret"), {
      message: 'Cannot set "curveSecretKey": expected 40 characters of Z85 or 32 bytes',
    });
    assert.throws(() => (socket.plainPassword = 1234), {
      message: 'Cannot set "plainPassword": expected a string, a Buffer or null',
    });
  });
});

test("An option refuses a value of the wrong type or range, and keeps its own", async () => {
  const cases: [name: string, value: unknown, error: string, message: string][] = [
    ["linger", "soon", "TypeError", 'Cannot set "linger" to "soon": expected a 32-bit integer'],
    ["linger", null, "TypeError", 'Cannot set "linger" to null: expected a 32-bit integer'],
    [
      "linger",
      undefined,
      "TypeError",
      'Cannot set "linger" to undefined: expected a 32-bit integer',
    ],
    ["linger", 1n, "TypeError", 'Cannot set "linger" to 1n: expected a 32-bit integer'],
    ["linger", 1.5, "RangeError", 'Cannot set "linger" to 1.5: expected a 32-bit integer'],
    ["linger", NaN, "RangeError", 'Cannot set "linger" to NaN: expected a 32-bit integer'],
    [
      "linger",
      2 ** 31,
      "RangeError",
      'Cannot set "linger" to 2147483648: expected a 32-bit integer',
    ],
    ["immediate", 1, "TypeError", 'Cannot set "immediate" to 1: expected true or false'],
    [
      "affinity",
      "1",
      "TypeError",
      'Cannot set "affinity" to "1": expected an unsigned 64-bit integer',
    ],
    [
      "affinity",
      -1,
      "RangeError",
      'Cannot set "affinity" to -1: expected an unsigned 64-bit integer',
    ],
    [
      "affinity",
      2 ** 60,
      "RangeError",
      'Cannot set "affinity" to 1152921504606847000: expected an unsigned 64-bit integer, ' +
        "as a bigint beyond Number.MAX_SAFE_INTEGER",
    ],
    [
      "maxMessageSize",
      2n ** 63n,
      "RangeError",
      'Cannot set "maxMessageSize" to 9223372036854775808n: expected a 64-bit integer',
    ],
    [
      "routingId",
      5,
      "TypeError",
      'Cannot set "routingId" to 5: expected a string, a Buffer or null',
    ],
    [
      "zapDomain",
      {},
      "TypeError",
      'Cannot set "zapDomain" to an object: expected a string, a Buffer or null',
    ],
    [
      "zapDomain",
      ["a"],
      "TypeError",
      'Cannot set "zapDomain" to an array: expected a string, a Buffer or null',
    ],
    [
      "gssapiPrincipalNameType",
      "host",
      "TypeError",
      'Cannot set "gssapiPrincipalNameType" to "host": ' +
        'expected "hostBased", "userName" or "krb5Principal"',
    ],
  ];
  await using(Dealer, { linger: 0, routingId: "kept" }, (socket) => {
    for (const [name, value, error, message] of cases) {
      assert.throws(() => (socket[name] = value), { name: error, message });
    }
    assert.throws(() => (socket.linger = -2), { code: "EINVAL" });
    assert.equal(socket.linger, 0);
    assert.equal(socket.routingId, "kept");
  });
});

test("A constructor refuses an unknown option and names the nearest", () => {
  const cases: [options: object, message: string][] = [
    [
      { sendHighWatermark: 1 },
      'Cannot set "sendHighWatermark": Dealer has no such option, the nearest is "sendHighWaterMark"',
    ],
    [{ lingr: 0 }, 'Cannot set "lingr": Dealer has no such option, the nearest is "linger"'],
    [{ contxt: 0 }, 'Cannot set "contxt": Dealer has no such option, the nearest is "context"'],
    [{ mandatory: true }, 'Cannot set "mandatory": Dealer has no such option'],
    [{ ["__proto__"]: null }, 'Cannot set "__proto__": Dealer has no such option'],
    [{ lastEndpoint: "x" }, 'Cannot set "lastEndpoint": it is read-only'],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => new Dealer(options), { name: "TypeError", message });
  }
  assert.throws(() => new Dealer({ send: 1 }), { name: "TypeError" });
  assert.throws(() => new Context({ ioThread: 1 }), {
    name: "TypeError",
    message: 'Cannot set "ioThread": Context has no such option, the nearest is "ioThreads"',
  });
});

test("A constructor refuses options that are no object", () => {
  for (const options of [5, "linger", null]) {
    assert.throws(() => new Dealer(options as unknown as object), {
      name: "TypeError",
      message: `Cannot take ${JSON.stringify(options)} as options: expected an object`,
    });
  }
});

test("A constructor takes frozen options, skips those undefined, and changes none", async () => {
  const options = Object.freeze({ linger: 10, routingId: undefined, sendTimeout: 5 });
  const before = { ...options };
  await using(Dealer, options, (socket) => {
    assert.equal(socket.linger, 10);
    assert.equal(socket.sendTimeout, 5);
    assert.equal(socket.routingId, null);
  });
  assert.deepEqual({ ...options }, before);
});

test("An option that can only be read stays as it is when written to", async () => {
  await using(Dealer, undefined, (socket) => {
    assert.throws(() => (socket.type = 1), TypeError);
    assert.equal(socket.type, 5);
  });
});
