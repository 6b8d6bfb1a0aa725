// One run, from the list of files to the verdict: starts everybody, gives out the files, asks for
// the status and kills a worker halfway if it is to, checks the digests, and ends all it started.

import { Subscriber } from "zmqx";
import { differences, digestAlone } from "./check.js";
import { answer, ask } from "./control.js";
import { Crew } from "./crew.js";
import { Ledger } from "./ledger.js";
import { stopTopic } from "./messages.js";
import { Post } from "./post.js";
import { type Display, follow, publish } from "./progress.js";
import { count, table } from "./report.js";
import { sink } from "./sink.js";
import { Ventilator } from "./ventilator.js";
import { type File, list } from "./walk.js";

export interface Plan {
  directory: string;
  processes: number;
  threads: number;
  /** Kill the first worker process halfway. */
  kill: boolean;
  /** The module that every worker runs. */
  worker: URL;
}

/** True when every digest equals the one computed in this process alone. */
export async function run(
  plan: Plan,
  display: Display,
  trouble = new AbortController(),
): Promise<boolean> {
  const files = await list(plan.directory, trouble.signal);
  const digestion = new Run(plan, display, trouble, files);
  try {
    await digestion.start();
    const milliseconds = await digestion.distribute();
    await digestion.dismiss(10_000);
    return await digestion.judge(milliseconds);
  } catch (error) {
    throw trouble.signal.aborted ? trouble.signal.reason : error;
  } finally {
    await digestion.end();
  }
}

class Run {
  private readonly post = new Post();
  private readonly watcher = new Subscriber({ linger: 0 });
  private readonly crew: Crew;
  private readonly ledger: Ledger;
  private readonly ventilator: Ventilator;
  private readonly signal: AbortSignal;
  private readonly loops: Promise<void>[] = [];
  private workers: string[] = [];
  private followed?: Promise<void>;

  constructor(
    private readonly plan: Plan,
    private readonly display: Display,
    private readonly trouble: AbortController,
    private readonly files: File[],
  ) {
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    this.signal = trouble.signal;
    this.crew = new Crew(plan.worker, plan.directory);
    this.ledger = new Ledger(files.length, bytes);
    this.ventilator = new Ventilator(
      this.post.work,
      this.crew,
      this.ledger,
      plan.directory,
      this.signal,
    );
  }

  /** Returns when every worker is there for certain, so that all get an equal share of the files. */
  async start(): Promise<void> {
    const { crew, display, ledger, plan, post, signal, watcher } = this;
    await post.open();
    this.inBackground(sink(post.results, ledger));
    this.inBackground(answer(post.control, () => this.status()));
    display.line(`Status: send "status" from a REQ socket to ${post.controlEndpoint}`);

    for (let n = 1; n <= plan.processes; n++) crew.startProcess(`process-${n}`, post.forProcesses);
    for (let n = 1; n <= plan.threads; n++) crew.startThread(`thread-${n}`, post.forThreads);
    this.workers = [...crew.alive.keys()];
    const giveUp = () => this.trouble.abort(new Error(`Cannot start ${crew.obituary()}`));
    crew.on("change", giveUp);

    watcher.connect(post.forThreads.news);
    watcher.subscribe("progress");
    await post.subscribed(["progress", ...this.workers.map(stopTopic)], signal);
    await this.ventilator.callRoll();
    crew.off("change", giveUp);
    crew.on("change", () => {
      const nobody = () => new Error(`No worker is left: ${crew.obituary()}`);
      if (crew.alive.size === 0) this.trouble.abort(nobody());
      ledger.emit("change");
    });
    display.line(`Ready: ${this.workers.join(", ")}`);
    this.inBackground(publish(ledger, post.news, signal));
    this.followed = this.inBackground(follow(watcher, display));
  }

  /** Returns how many milliseconds it took until the last result was in. */
  async distribute(): Promise<number> {
    const { crew, display, files, plan, ventilator } = this;
    const victim = "process-1";
    const middle = Math.floor(files.length / 2);
    // By then each worker has been given something, the frozen one too.
    const end = Math.min(middle + 2 * this.workers.length, files.length - 1);
    const begin = performance.now();
    for (const [index, file] of files.entries()) {
      if (index === middle) {
        display.line(`Status: ${await ask(this.post.controlEndpoint, this.signal)}`);
        if (plan.kill) crew.freeze(victim);
      }
      await ventilator.send(file);
      if (index === end && plan.kill) {
        await crew.kill(victim);
        display.line(`Killed ${victim} when ${index + 1} of ${files.length} files were sent`);
      }
    }
    await ventilator.settle((lost) => {
      display.line(`Lost with ${crew.obituary()}: ${count(lost.length, "file")}`);
      for (const name of lost) display.line(`  ${name}`);
    });
    await this.followed;
    if (crew.lost.length > 0) {
      display.line(`Re-sent to the other workers: ${count(ventilator.resent, "file")}`);
    }
    return performance.now() - begin;
  }

  /** Tells the workers to stop, and kills those that have not within `patience` milliseconds. */
  async dismiss(patience: number): Promise<void> {
    await this.crew.dismiss((name) => this.post.news.send([stopTopic(name), ""]), patience);
  }

  async judge(milliseconds: number): Promise<boolean> {
    const { crew, display, files, ledger, plan, ventilator } = this;
    display.end();
    const rows = table({
      directory: plan.directory,
      ledger,
      workers: this.workers,
      lost: crew.lost,
      resent: ventilator.resent,
      messages: ventilator.sent + ledger.received,
      milliseconds,
    });
    for (const row of rows) display.line(row);

    for (const [name, reason] of ledger.failures) display.line(`Cannot read "${name}": ${reason}`);
    const begin = performance.now();
    const expected = await digestAlone(plan.directory, files);
    const seconds = ((performance.now() - begin) / 1000).toFixed(2);
    const different = differences(files, expected, ledger.digests);
    for (const line of different) display.line(line);
    display.line(
      different.length === 0
        ? `All ${files.length} digests match those of a single process, which took ${seconds} s`
        : `${count(different.length, "digest")} of ${files.length} missing or different`,
    );
    return different.length === 0;
  }

  /** Leaves nothing behind, however the run went. */
  async end(): Promise<void> {
    this.trouble.abort();
    this.display.end();
    await this.dismiss(1000);
    await this.watcher.close();
    await this.post.close();
    await Promise.all(this.loops);
  }

  private status(): object {
    const { files, totalFiles } = this.ledger.progress();
    const outstanding = this.ledger.outstanding.size;
    return { files, totalFiles, outstanding, workers: [...this.crew.alive.keys()] };
  }

  /** A loop that fails ends the run; one whose socket is closed just ends. */
  private inBackground(loop: Promise<void>): Promise<void> {
    const watched = loop.catch((error) => this.trouble.abort(error));
    this.loops.push(watched);
    return watched;
  }
}
