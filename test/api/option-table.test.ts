/*
 * The table of options: complete against zmq.h, documented, and each option of
 * it on each socket type that has it, or has it not.
 */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import * as zmq from "zmqx";
import { contextOptions, socketOptions } from "#lib/options.js";
import { classes, type Properties, samples, using } from "./option-samples.js";

const root = dirname(createRequire(import.meta.url).resolve("zmqx/package.json"));

const header = readFileSync(join(findLibzmq(), "include", "zmq.h"), "utf8");
const draftsFrom = header.indexOf("#ifdef ZMQ_BUILD_DRAFT_API");

function findLibzmq(): string {
  const vendor = join(root, "vendor");
  const given = process.env.ZMQX_LIBZMQ_SOURCE;
  const unpacked = readdirSync(vendor)
    .filter((name) => name.startsWith("libzmq"))
    .map((name) => join(vendor, name));
  const found = [...(given ? [given] : []), ...unpacked].find((directory) =>
    existsSync(join(directory, "include", "zmq.h")),
  );
  assert.ok(found, "no zmq.h under vendor/: run npm run vendor");
  return found;
}

/** Whether libzmq knows the option in this build: later ones and drafts may be missing. */
function isBuilt(constant: string): boolean {
  const at = header.search(new RegExp(`#define ${constant}\\s`));
  return at >= 0 && (at < draftsFrom || zmq.capability.draft === true);
}

// What zmq.h defines as numbers that are no options.
const noOptions: [pattern: RegExp, reason: string][] = [
  [/^ZMQ_VERSION/, "the version"],
  [/^ZMQ_DEFINED_STDINT$|^ZMQ_HAVE_|^ZMQ_HAS_/, "tells the compiler what the header offers"],
  [/^ZMQ_HAUSNUMERO$/, "where error numbers start"],
  [/_DFLT$/, "a default"],
  [
    /^ZMQ_(PAIR|PUB|SUB|REQ|REP|DEALER|ROUTER|PULL|PUSH|XPUB|XSUB|STREAM|SERVER|CLIENT|RADIO|DISH|GATHER|SCATTER|DGRAM|PEER|CHANNEL)$/,
    "a socket type",
  ],
  [/^ZMQ_(MORE|SHARED|SRCFD)$/, "a property of a message"],
  [/^ZMQ_(DONTWAIT|SNDMORE)$/, "a flag of one send or receive"],
  [/^ZMQ_(NULL|PLAIN|CURVE|GSSAPI)$/, "a value of ZMQ_MECHANISM"],
  [/^ZMQ_GSSAPI_NT_/, "a value of the GSSAPI name types"],
  [/^ZMQ_RECONNECT_STOP_/, "a value of ZMQ_RECONNECT_STOP"],
  [/^ZMQ_NOTIFY_/, "a value of ZMQ_ROUTER_NOTIFY"],
  [/^ZMQ_NORM_(FIXED|CC|CCL|CCE|CCE_ECNONLY)$/, "a value of ZMQ_NORM_MODE"],
  [/^ZMQ_GROUP_MAX_LENGTH$/, "a limit of the group names of radio and dish"],
  [/^ZMQ_EVENT_|^ZMQ_CURRENT_EVENT_VERSION/, "an event of a monitor, or the version of its format"],
  [/^ZMQ_PROTOCOL_ERROR_/, "the reason inside a monitor's event"],
  [/^ZMQ_POLL/, "a flag or a default of zmq_poll"],
  [/^ZMQ_(STREAMER|FORWARDER|QUEUE)$/, "a kind of zmq_device, which is gone"],
];

// Options that are reached by other means than a property of their own.
const elsewhere: Record<string, string> = {
  ZMQ_SUBSCRIBE: "the method subscribe()",
  ZMQ_UNSUBSCRIBE: "the method unsubscribe()",
  ZMQ_XPUB_VERBOSE: 'the property verbosity, as "allSubs"',
  ZMQ_XPUB_VERBOSER: 'the property verbosity, as "allSubsUnsubs"',
  ZMQ_IPV4ONLY: "deprecated: the property ipv6, the other way round",
};

test("`socketOptions` and `contextOptions` have a row for every option of zmq.h", () => {
  const rows = new Map(
    [...Object.values(socketOptions), ...Object.values(contextOptions)].map(
      (row) => [row.constant, row.id] as const,
    ),
  );
  const defined = [...header.matchAll(/^#define (ZMQ_\w+)\s+(0x[\dA-Fa-f]+|-?\d+)\s*$/gm)];
  assert.ok(defined.length > 100, "zmq.h could not be read");
  const missing = [];
  for (const [, constant = "", text = ""] of defined) {
    if (noOptions.some(([pattern]) => pattern.test(constant)) || constant in elsewhere) continue;
    if (rows.get(constant) !== Number(text)) missing.push(`${constant} ${text}`);
  }
  assert.deepEqual(missing, []);
});

test("`socketOptions` and `contextOptions` document each row by its C constant", () => {
  const source = readFileSync(join(root, "src", "options.ts"), "utf8");
  const documented =
    /\/\*\*\s+(?:\* )?`(ZMQ_\w+)`(?:(?!\*\/)[\s\S])*\*\/\s+(\w+): row\(\s*"(ZMQ_\w+)"/g;
  const names = [...source.matchAll(documented)].map(([, opening, name, constant]) => {
    assert.equal(opening, constant, name);
    return name;
  });
  assert.deepEqual(names, [...Object.keys(socketOptions), ...Object.keys(contextOptions)]);
});

test("H1: `sendHighWaterMark` and `receiveHighWaterMark` are 1000 by default", async () => {
  for (const [holder, Class] of classes) {
    await using(Class, undefined, (socket) => {
      for (const name of ["sendHighWaterMark", "receiveHighWaterMark"] as const) {
        const holders: readonly string[] = socketOptions[name].holders;
        assert.equal(
          socket[name],
          holders.includes(holder) ? 1000 : undefined,
          `${holder} ${name}`,
        );
      }
    });
  }
});

/** Whether this build of libzmq may lack what the option belongs to, and answer EINVAL. */
function mayBeMissing(name: string): boolean {
  if (name.startsWith("curve")) return !zmq.capability.curve;
  if (name.startsWith("gssapi")) return !zmq.capability.gssapi;
  if (name.startsWith("norm")) return !zmq.capability.norm;
  if (name.startsWith("ipcFilter")) return process.platform !== "linux";
  return name.startsWith("vmci") || name.startsWith("wss");
}

for (const [holder, Class] of classes) {
  test(`Every option that ${Class.name} can set is taken, and told again`, async () => {
    await using(Class, undefined, (socket) => {
      for (const [name, row] of Object.entries(socketOptions)) {
        const holders: readonly string[] = row.holders;
        if (!holders.includes(holder) && !holders.includes("all")) {
          assert.equal(name in socket, false, `${name} is not an option of ${Class.name}`);
          continue;
        }
        assert.ok(name in socket, name);
        if (!isBuilt(row.constant)) continue;
        try {
          if (row.access !== "r") {
            assert.ok(name in samples, `no sample for ${name}`);
            socket[name] = samples[name];
          }
          const expected = row.access === "rw" ? samples[name] : undefined;
          const read = socket[name];
          if (row.access === "r") assert.notEqual(read, undefined, name);
          else assert.equal(read, expected, name);
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          if (code !== "EINVAL" || !mayBeMissing(name)) throw error;
        }
      }
    });
  });
}

test("`Context` takes every option that can be set, and tells it again", () => {
  const values: Properties = {
    ioThreads: 2,
    maxSockets: 50,
    maxMessageSize: 1000,
    ipv6: true,
    blocky: false,
    zeroCopyReceive: false,
  };
  const context = new zmq.Context(
    zmq.capability.draft ? values : { ...values, zeroCopyReceive: undefined },
  ) as unknown as Properties;
  for (const [name, value] of Object.entries(values)) {
    if (isBuilt(contextOptions[name as keyof typeof contextOptions].constant)) {
      assert.equal(context[name], value, name);
    }
  }
  context.threadPriority = 0;
  context.threadSchedulingPolicy = 0;
  context.threadAffinityCpuAdd = 0;
  context.threadAffinityCpuRemove = 0;
  if (zmq.capability.draft) context.threadNamePrefix = "test";
  assert.ok((context.maxSocketsLimit as number) >= 1023);
  assert.equal(context.msgTSize, 64);
});
