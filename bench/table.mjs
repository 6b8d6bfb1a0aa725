// Markdown tables that can be read in a terminal too.

/** Columns after the first are aligned to the right where they hold figures. */
export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column].length)));
  const right = head.map(
    (_, column) =>
      column > 0 && rows.every((row) => /^([<>≥≤] ?)?[\d.]+[kM]?$|^–?$/.test(row[column])),
  );
  const line = (cells) =>
    `| ${cells.map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(" | ")} |`;
  const rule = widths.map((width, i) =>
    right[i] ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  return [line(all[0]), line(rule), ...all.slice(1).map(line)].join("\n");
}
