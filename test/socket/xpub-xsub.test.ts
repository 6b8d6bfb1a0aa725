/*
 * XPublisher and XSubscriber: publishing and subscribing with the subscriptions as messages.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Publisher, Push, Subscriber, XPublisher, XSubscriber } from "zmqx";
import { freshAddress, link, runChild, transports } from "../harness.js";
import { countPeers, receiveText, receiveTexts, subscribed, wires } from "./peers.js";

const on = (prefix: string) => `\u0001${prefix}`;
const off = (prefix: string) => `\0${prefix}`;

for (const transport of transports) {
  test(`P10: XPublisher receives the first and the last subscription to a prefix (${transport})`, async () => {
    using publisher = new XPublisher();
    const endpoint = await publisher.bind(freshAddress(transport));
    using one = new Subscriber();
    using two = new Subscriber();
    one.connect(endpoint);
    one.subscribe("a", "b");
    assert.deepEqual(await receiveTexts(publisher, 2), [on("a"), on("b")]);
    two.connect(endpoint);
    two.subscribe("a", "c");
    // The second one to "a" is no news.
    assert.deepEqual(await receiveText(publisher), [on("c")]);
    one.unsubscribe("a");
    one.subscribe("d");
    assert.deepEqual(await receiveText(publisher), [on("d")]);
    two.unsubscribe("a");
    assert.deepEqual(await receiveText(publisher), [off("a")]);
    await publisher.send("a");
    await publisher.send("d");
    assert.deepEqual(await receiveText(one), ["d"]);
  });

  test(`P10: \`verbosity\` makes XPublisher receive all subscriptions (${transport})`, async () => {
    using publisher = new XPublisher();
    publisher.verbosity = "allSubs";
    const endpoint = await publisher.bind(freshAddress(transport));
    using one = new Subscriber();
    using two = new Subscriber();
    for (const subscriber of [one, two]) {
      subscriber.connect(endpoint);
      subscriber.subscribe("a");
      assert.deepEqual(await receiveText(publisher), [on("a")]);
    }
    one.unsubscribe("a");
    one.subscribe("b");
    assert.deepEqual(await receiveText(publisher), [on("b")]);
    publisher.verbosity = "allSubsUnsubs";
    one.subscribe("a");
    assert.deepEqual(await receiveText(publisher), [on("a")]);
    one.unsubscribe("a");
    assert.deepEqual(await receiveText(publisher), [off("a")]);
    two.unsubscribe("a");
    assert.deepEqual(await receiveText(publisher), [off("a")]);
  });

  test(`P10: XPublisher is told when a subscriber closes (${transport})`, async () => {
    using publisher = new XPublisher();
    const subscriber = new Subscriber();
    await link(publisher, subscriber, transport);
    subscriber.subscribe("a", "b");
    assert.deepEqual(await receiveTexts(publisher, 2), [on("a"), on("b")]);
    void subscriber.close();
    assert.deepEqual((await receiveTexts(publisher, 2)).sort(), [off("a"), off("b")]);
  });

  test(`P11: XSubscriber subscribes by sending (${transport})`, async () => {
    using publisher = new XPublisher();
    using subscriber = new XSubscriber();
    await link(publisher, subscriber, transport);
    await subscriber.send(on("a"));
    await subscriber.send(Buffer.from([1, 0, 255]));
    assert.deepEqual(await receiveText(publisher), [on("a")]);
    assert.deepEqual(await publisher.receive(), [Buffer.from([1, 0, 255])]);
    await publisher.send("other");
    await publisher.send(["a1", "x"]);
    await publisher.send(Buffer.from([0, 255, 3]));
    assert.deepEqual(await receiveText(subscriber), ["a1", "x"]);
    assert.deepEqual(await subscriber.receive(), [Buffer.from([0, 255, 3])]);
    await subscriber.send(off("a"));
    assert.deepEqual(await receiveText(publisher), [off("a")]);
    await publisher.send("a2");
    await publisher.send(Buffer.from([0, 255, 4]));
    assert.deepEqual(await subscriber.receive(), [Buffer.from([0, 255, 4])]);
  });

  test(`P11: XSubscriber sends other messages up to XPublisher (${transport})`, async () => {
    using publisher = new XPublisher();
    using subscriber = new XSubscriber();
    await link(publisher, subscriber, transport);
    await subscriber.send("upstream");
    await subscriber.send(["two", "parts"]);
    assert.deepEqual(await receiveText(publisher), ["upstream"]);
    assert.deepEqual((await receiveText(publisher))[0], "two");
  });

  test(`P11: XSubscriber and XPublisher pass subscriptions and messages on (${transport})`, async () => {
    using publisher = new Publisher();
    using front = new XSubscriber();
    using back = new XPublisher();
    using subscriber = new Subscriber();
    await link(publisher, front, transport);
    await link(back, subscriber, transport);
    const upstream = (async () => {
      for await (const message of back) {
        await front.send(message);
        if (String(message[0]) === "\x00n") return;
      }
    })();
    const downstream = (async () => {
      for await (const message of front) await back.send(message);
    })();
    subscriber.subscribe("n");
    await subscribed(publisher, subscriber);
    await publisher.send("unwanted");
    await publisher.send(["news", "today"]);
    assert.deepEqual(await receiveText(subscriber), ["news", "today"]);
    // Whatever else there is to pass on comes before this.
    subscriber.unsubscribe("n");
    await upstream;
    void front.close();
    await downstream;
  });

  test(`XPublisher sends its \`welcomeMessage\` to who connects (${transport})`, async () => {
    using publisher = new XPublisher({ welcomeMessage: "welcome" });
    using subscriber = new Subscriber();
    const peers = countPeers(publisher, transport);
    subscriber.subscribe("welcome");
    await link(publisher, subscriber, transport);
    await peers(1);
    assert.deepEqual(await receiveText(subscriber), ["welcome"]);
  });
}

for (const transport of wires) {
  test(`P10: XPublisher is told when a subscriber is killed (${transport})`, async () => {
    using publisher = new XPublisher();
    using control = new Push();
    const child = runChild(
      `import { Pull, Subscriber } from "zmqx";
      const [endpoint, control] = process.argv.slice(-2);
      const subscriber = new Subscriber();
      subscriber.connect(endpoint);
      subscriber.subscribe("a");
      const orders = new Pull();
      orders.connect(control);
      await orders.receive();
      process.kill(process.pid, "SIGKILL");`,
      {
        args: [
          await publisher.bind(freshAddress(transport)),
          await control.bind(freshAddress(transport)),
        ],
      },
    );
    assert.deepEqual(await receiveText(publisher), [on("a")]);
    await control.send("die");
    assert.equal((await child).signal, "SIGKILL");
    assert.deepEqual(await receiveText(publisher), [off("a")]);
  });
}
