/*
 * What becomes of the objects where programs print, copy, compare or describe them.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Context, curveKeyPair, Dealer, Observer, Proxy, Router, Socket } from "zmqx";
import { assertEndedWell, runChild } from "../harness.js";
import { withSockets } from "./failures.js";
import { classes, using } from "./option-samples.js";

for (const [, Class] of classes) {
  test(`\`${Class.name}\` is printed by its name`, () =>
    using(Class, undefined, (socket) => {
      assert.match(inspect(socket), new RegExp(`^${Class.name} \\{`));
      assert.equal(String(socket), "[object Object]");
      assert.equal(JSON.stringify({ socket }), '{"socket":{}}');
    }));
}

const { publicKey, secretKey } = curveKeyPair();
const secrets = { plainPassword: "swordfish", curveSecretKey: secretKey };

test("a socket shows no secret when it is printed", () =>
  withSockets([new Dealer({ ...secrets, curvePublicKey: publicKey })], (dealer) => {
    for (const showHidden of [false, true]) {
      const shown = inspect(dealer, { showHidden, depth: 10 });
      for (const secret of Object.values(secrets)) assert.ok(!shown.includes(secret), shown);
    }
  }));

test("a socket copied with a spread has nothing, and the original is unharmed", () =>
  withSockets([new Dealer({ linger: 5 })], async (dealer) => {
    assert.deepEqual({ ...dealer }, {});
    assert.deepEqual(Object.keys(dealer), []);
    assert.deepEqual(Object.entries(dealer), []);
    assert.deepEqual(Object.assign({}, dealer), {});
    for (const name in dealer) assert.fail(`${name} is enumerable`);
    assert.equal(dealer.linger, 5);
  }));

test("a socket can be a key, and equals only itself", () =>
  withSockets([new Dealer(), new Dealer()], (one, other) => {
    const names = new Map<Socket, string>([
      [one, "one"],
      [other, "other"],
    ]);
    assert.equal(names.get(one), "one");
    assert.equal(new Set([one, other, one]).size, 2);
    assert.notEqual(one, other);
    assert.equal(new WeakMap([[one, 1]]).get(one), 1);
  }));

test("`Socket` and its classes are known by `instanceof` and by name", () =>
  withSockets([new Dealer()], (dealer) => {
    assert.ok(dealer instanceof Dealer && dealer instanceof Socket);
    assert.ok(!((dealer as Socket) instanceof Router));
    assert.equal(dealer.constructor, Dealer);
    assert.equal(Dealer.name, "Dealer");
    assert.equal(Object.prototype.toString.call(dealer), "[object Object]");
    assert.ok(!(dealer instanceof FinalizationRegistry));
  }));

test("a socket is sealed: what is no option cannot be set, nor an option taken away", () =>
  withSockets([new Dealer()], (dealer) => {
    assert.ok(Object.isSealed(dealer));
    assert.throws(() => Object.assign(dealer, { sendHwm: 1 }), TypeError);
    assert.throws(() => Object.defineProperty(dealer, "linger", { value: 1 }), TypeError);
    assert.throws(() => Object.setPrototypeOf(dealer, Router.prototype), TypeError);
    assert.equal(dealer.linger, -1);
  }));

test("a subclass may have private fields and methods of its own, as with zeromq 6", async () => {
  class Counting extends Dealer {
    #calls = 0;
    override async send(message: string): Promise<void> {
      this.#calls++;
      await super.send(message);
    }
    get calls(): number {
      return this.#calls;
    }
  }
  await withSockets([new Counting({ linger: 0 })], async (counting) => {
    counting.connect("inproc://nobody");
    await counting.send("x");
    assert.equal(counting.calls, 1);
    assert.match(inspect(counting), /^Counting \{/);
  });
});

test("contexts, observers and proxies are printed by their names", () =>
  withSockets([new Router(), new Dealer()], async (router, dealer) => {
    const context = new Context();
    assert.match(inspect(context), /^Context \{/);
    assert.equal(JSON.stringify(context), "{}");
    assert.match(inspect(new Proxy(router, dealer)), /^Proxy \{/);
    assert.match(inspect(router.events), /^Observer \{/);
    assert.ok(router.events instanceof Observer);
    await context.terminate();
  }));

test("`console.log()` of a closed socket, and of a promise of it, works", async () => {
  const ended = await runChild(`
    import { Dealer, Pull } from "zmqx";
    const dealer = new Dealer();
    const closing = dealer.close();
    console.log(dealer, closing instanceof Promise, new Pull().events.constructor.name);
    await closing;
    console.table([{ dealer }]);
    console.dir(dealer, { showHidden: true, getters: true, depth: 5 });
    process.exit();
  `);
  assertEndedWell(ended);
  assert.match(ended.stdout, /^Dealer \{.*\} true Observer\n/s);
});
