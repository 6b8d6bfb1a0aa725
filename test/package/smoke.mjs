// Exchanges messages over every transport that there is, small and large ones, plain and encrypted, and from a
// worker. Any runtime that finds the package can run it; it ends by itself, with the exit code 0 if all is well.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { capability, curveKeyPair, Pull, Push, Reply, Request, version } from "zmqx";
import { Client, Server } from "zmqx/draft";

const large = Buffer.alloc(8 << 20, "0123456789abcdef");

async function exchange(request, reply, address) {
  request.connect(await reply.bind(address));
  for (const question of [Buffer.alloc(0), Buffer.from("hello"), large]) {
    await request.send(question);
    const [asked] = await reply.receive();
    await reply.send(["answer", asked]);
    const [word, answered] = await request.receive();
    assert.deepEqual([String(word), answered.equals(question)], ["answer", true]);
  }
  await Promise.all([request.close(), reply.close()]);
}

const plain = (address) => exchange(new Request(), new Reply(), address);

async function curve() {
  const [server, client] = [curveKeyPair(), curveKeyPair()];
  const reply = new Reply({ curveServer: true, curveSecretKey: server.secretKey });
  const request = new Request({
    curvePublicKey: client.publicKey,
    curveSecretKey: client.secretKey,
    curveServerKey: server.publicKey,
  });
  assert.deepEqual([reply.securityMechanism, request.securityMechanism], ["curve", "curve"]);
  await exchange(request, reply, "tcp://127.0.0.1:*");
}

async function draft() {
  const [client, server] = [new Client(), new Server()];
  client.connect(await server.bind("tcp://127.0.0.1:*"));
  await client.send("hello");
  const [asked, { routingId }] = await server.receive();
  await server.send(asked, { routingId });
  assert.equal(String((await client.receive())[0]), "hello");
  await Promise.all([client.close(), server.close()]);
}

async function worker() {
  const pull = new Pull();
  const thread = new Worker(new URL(import.meta.url), {
    workerData: await pull.bind("tcp://127.0.0.1:*"),
  });
  const ended = new Promise((resolve) => thread.once("exit", resolve));
  assert.equal(String(await pull.receive()), "from the worker");
  assert.equal(await ended, 0);
  await pull.close();
}

// What a process sends as it ends arrives. Only Windows has code of its own for that, and no emulator that
// could not start a second process.
async function parting() {
  const pull = new Pull();
  const words = [fileURLToPath(import.meta.url), await pull.bind("tcp://127.0.0.1:*")];
  const child = spawn(process.execPath, words, { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  assert.deepEqual((await pull.receive()).map(String), ["before the end"]);
  assert.ok((await pull.receive())[0].equals(large));
  assert.equal(await ended, 0);
  await pull.close();
}

async function part(address) {
  const push = new Push({ linger: 60_000 });
  push.connect(address);
  process.on("exit", () => push.trySend(large));
  await push.send("before the end");
  process.exit();
}

async function main() {
  console.log(`libzmq ${version} on ${process.platform}-${process.arch}`);
  const directory = mkdtempSync(join(tmpdir(), "zmqx-"));
  const tries = {
    tcp: () => plain("tcp://127.0.0.1:*"),
    inproc: () => plain("inproc://smoke"),
    ipc: capability.ipc && (() => plain(`ipc://${directory}/smoke`)),
    curve: capability.curve && curve,
    draft,
    worker,
    parting: process.platform === "win32" && parting,
  };
  for (const [name, exchangeThere] of Object.entries(tries)) {
    if (exchangeThere) await exchangeThere();
    console.log(`  ${name}: ${exchangeThere ? "works" : "is not tried here"}`);
  }
  rmSync(directory, { recursive: true });
}

const [, , address] = process.argv;
if (address) {
  await part(address);
} else if (isMainThread) {
  await main();
} else {
  const push = new Push();
  push.connect(workerData);
  await push.send("from the worker");
  await push.close();
}
