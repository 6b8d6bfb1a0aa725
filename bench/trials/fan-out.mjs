// PUB to 1, 10 and 100 SUB over tcp: deliveries per second in the process that has the subscribers.
// The publisher sends in windows and runs a few ahead of the slowest subscriber, so nothing is dropped.

import { setTimeout as delay } from "node:timers/promises";
import { contest, load, moduleNames } from "../contestants.mjs";
import { Meter } from "../meter.mjs";
import { startRole } from "../processes.mjs";

const size = 64;
// Together less than half of the high-water mark of 1000, since libzmq hears of what was read in steps of
// the other half.
const perWindow = 200;
const windowsAhead = 4;
// Far more than can be on the way: libzmq hears of what was read in steps of half the mark and looks at
// most once per millisecond while it sends, so that with 1000 it drops for a publisher as fast as this.
const sendHighWaterMark = 20_000;

export function cases({ warmUp, duration }) {
  return [1, 10, 100].map((count) => ({
    key: `fan-out ${count}`,
    group: "fan-out",
    label: `${count} SUB, 64 B`,
    facts: { count },
    contestants: contest(moduleNames, (module) => measure({ module, count, warmUp, duration })),
  }));
}

async function measure(facts) {
  const publisher = startRole(import.meta.url, "publish", facts);
  const endpoints = await publisher.told;
  const subscribers = startRole(import.meta.url, "subscribe", { ...facts, ...endpoints });
  return Promise.race([subscribers.result, publisher.result]);
}

export async function publish({ module }, tell) {
  const zmq = load(module);
  const publisher = new zmq.Publisher({ sendHighWaterMark });
  const finished = new zmq.Pull();
  await publisher.bind("tcp://127.0.0.1:*");
  await finished.bind("tcp://127.0.0.1:*");
  tell({ messages: publisher.lastEndpoint, windows: finished.lastEndpoint });

  await greetUntil(finished.receive(), publisher);
  const message = Buffer.alloc(size, 1);
  for (let ahead = 1; ; ahead += 1) {
    for (let i = 0; i < perWindow; i += 1) await publisher.send(message);
    if (ahead < windowsAhead) continue;
    await finished.receive();
    ahead -= 1;
  }
}

/** Subscriptions take a moment: empty messages tell the subscribers that theirs has arrived. */
async function greetUntil(allGreeted, publisher) {
  let waiting = true;
  allGreeted.then(() => {
    waiting = false;
  });
  while (waiting) {
    await publisher.send("");
    await delay(5);
  }
}

export async function subscribe({ module, count, messages, windows, warmUp, duration }) {
  const zmq = load(module);
  const finished = new zmq.Push();
  finished.connect(windows);

  const meter = new Meter({ warmUp, duration });
  const subscribersDone = [];
  let greeted = 0;
  let announced = Promise.resolve();
  return new Promise((resolve, reject) => {
    const announce = () => {
      announced = announced.then(() => finished.send(""));
      announced.catch(reject);
    };
    const finishWindow = (index) => {
      subscribersDone[index] = (subscribersDone[index] ?? 0) + 1;
      if (subscribersDone[index] < count) return;
      if (meter.add(perWindow * count)) resolve(meter.result);
      announce();
    };
    const consume = async (subscriber) => {
      let first = true;
      let received = 0;
      for await (const [message] of subscriber) {
        if (message.length === size) {
          received += 1;
          if (received % perWindow === 0) finishWindow(received / perWindow - 1);
        } else if (first) {
          first = false;
          greeted += 1;
          if (greeted === count) announce();
        }
      }
    };
    for (let i = 0; i < count; i += 1) {
      const subscriber = new zmq.Subscriber();
      subscriber.connect(messages);
      subscriber.subscribe();
      consume(subscriber).catch(reject);
    }
  });
}
