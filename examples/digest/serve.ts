// One worker's life: PULLs files, PUSHes digests, and stops when the news tell it to.
// The same code runs in a process of its own and in a thread of the main process.

import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { Pull, Push, Subscriber } from "zmqx";
import { handful, stopTopic, type Work } from "./messages.js";

export type Digest = (path: string, bytes?: Buffer) => Promise<Buffer>;

/** Takes its arguments from process.argv: name, directory, and the endpoints work, results, news. */
export async function serve(digest: Digest): Promise<void> {
  const [name = "", directory = "", ...endpoints] = process.argv.slice(2);
  const [workEndpoint = "", resultsEndpoint = "", newsEndpoint = ""] = endpoints;

  // Whoever is told to stop owes nobody a message any more: linger for none.
  const work = new Pull({ receiveHighWaterMark: handful, linger: 0 });
  const results = new Push({ linger: 0 });
  const news = new Subscriber({ linger: 0 });

  if (isMainThread) {
    // The channel that fork() made closes when the main process dies; else it must not hold us.
    process.once("disconnect", () => process.exit(1));
    process.channel?.unref();
    // Ctrl-C reaches every process of the terminal: let the main process end the run in order.
    process.on("SIGINT", () => {});
  }

  work.connect(workEndpoint);
  results.connect(resultsEndpoint);
  news.connect(newsEndpoint);
  news.subscribe(stopTopic(name));
  const told = stopWhenTold(news, work);

  for await (const frames of work) {
    const [kind, subject, bytes] = frames as Work;
    if (kind.toString() === "call") {
      await results.send([name, "here", subject, ""]);
      continue;
    }
    try {
      const path = join(directory, subject.toString());
      await results.send([name, "digest", subject, await digest(path, bytes)]);
    } catch (error) {
      await results.send([name, "failure", subject, String(error)]);
    }
  }

  await news.close();
  await told;
  await results.close();
}

/** Closing the socket ends the loop that reads from it. */
async function stopWhenTold(news: Subscriber, work: Pull): Promise<void> {
  for await (const _ of news) await work.close();
}
