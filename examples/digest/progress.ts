// Progress: published from the ledger, followed by whoever subscribes, and shown as a bar on a
// terminal and as plain lines elsewhere.

import cliProgress from "cli-progress";
import type { Subscriber, XPublisher } from "zmqx";
import type { Ledger } from "./ledger.js";
import type { Progress } from "./messages.js";

export interface Display {
  show(progress: Progress): void;
  /** A line of text; above the bar while there is one. */
  line(text: string): void;
  end(): void;
}

/** One message per per cent at most, the last one when all is done. */
export async function publish(
  ledger: Ledger,
  news: XPublisher,
  signal: AbortSignal,
): Promise<void> {
  for (let published = -1; ; ) {
    const progress = ledger.progress();
    const percent = Math.floor((100 * progress.files) / Math.max(1, progress.totalFiles));
    if (percent > published) {
      await news.send(["progress", JSON.stringify(progress)]);
      published = percent;
    } else if (progress.files === progress.totalFiles) {
      return;
    } else {
      await ledger.change(signal);
    }
  }
}

export async function follow(news: Subscriber, display: Display): Promise<void> {
  for await (const [, message] of news) {
    const progress: Progress = JSON.parse(String(message));
    display.show(progress);
    if (progress.files === progress.totalFiles) break;
  }
}

export function barDisplay(): Display {
  const bars = new cliProgress.MultiBar(
    {
      format: "{bar} {percentage} % | {value} of {total} files | {megabytes} MB",
      stream: process.stdout,
    },
    cliProgress.Presets.shades_classic,
  );
  let bar: cliProgress.SingleBar | undefined;
  return {
    show({ files, totalFiles, bytes }) {
      const megabytes = { megabytes: (bytes / 1e6).toFixed(1) };
      bar ??= bars.create(totalFiles, 0, megabytes);
      bar.update(files, megabytes);
    },
    line(text) {
      if (!bars.isActive) {
        console.log(text);
        return;
      }
      bars.log(`${text}\n`);
      // What still waits to be shown when the bars stop would be lost.
      bars.update();
    },
    end() {
      if (bars.isActive) bars.stop();
    },
  };
}

export function lineDisplay(print: (text: string) => void): Display {
  let next = 0;
  return {
    show({ files, totalFiles, bytes }) {
      if (files < next && files < totalFiles) return;
      next = files + totalFiles / 10;
      print(`${files} of ${totalFiles} files, ${(bytes / 1e6).toFixed(1)} MB`);
    },
    line: print,
    end() {},
  };
}
