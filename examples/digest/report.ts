// Puts the outcome of a run into lines of text.

import type { Ledger } from "./ledger.js";

export interface Outcome {
  directory: string;
  ledger: Ledger;
  /** In the order of the table, the dead included. */
  workers: string[];
  lost: { name: string; how: string }[];
  resent: number;
  /** Sent and received over ØMQ, roll calls included, progress not. */
  messages: number;
  milliseconds: number;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

export function table(outcome: Outcome): string[] {
  const { ledger, lost } = outcome;
  const rows = outcome.workers.map((name) => {
    const { files, bytes } = ledger.shares.get(name) ?? { files: 0, bytes: 0 };
    const fate = lost.find((one) => one.name === name)?.how;
    return row(fate ? `${name} (${fate})` : name, files, bytes, ledger.bytes);
  });
  const seconds = Math.max(outcome.milliseconds, 1) / 1000;
  return [
    "",
    columns("worker", "files", "bytes", "of bytes"),
    ...rows,
    row("all", ledger.digests.size, ledger.bytes, ledger.bytes),
    "",
    `${count(ledger.files, "file")} and ${count(ledger.bytes, "byte")} of ${outcome.directory} ` +
      `in ${seconds.toFixed(2)} s`,
    `${count(outcome.messages, "message")}: ${Math.round(outcome.messages / seconds)} messages/s, ` +
      `${(ledger.bytes / 1e6 / seconds).toFixed(1)} MB/s`,
    `${count(outcome.resent, "file")} re-sent, ${count(ledger.duplicates, "duplicate")} ignored`,
  ];
}

function row(name: string, files: number, bytes: number, allBytes: number): string {
  const share = allBytes === 0 ? "-" : `${((100 * bytes) / allBytes).toFixed(1)} %`;
  return columns(name, String(files), String(bytes), share);
}

function columns(name: string, files: string, bytes: string, share: string): string {
  return name.padEnd(24) + files.padStart(10) + bytes.padStart(16) + share.padStart(10);
}
