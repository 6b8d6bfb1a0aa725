// Medians, percentiles and ratios of samples, and how they are written.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Of values in microseconds, in any order. */
export function percentiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { mean, p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

/** Three significant digits, and k or M: 2.41M, 580k, 0.42. */
export function figure(value) {
  if (!Number.isFinite(value)) return "–";
  for (const [scale, suffix] of [
    [1e6, "M"],
    [1e3, "k"],
  ]) {
    if (Math.abs(value) >= scale * 0.9995) return digits(value / scale) + suffix;
  }
  return digits(value);
}

function digits(value) {
  const size = Math.abs(value);
  if (size >= 99.95 || size === 0) return String(Math.round(value));
  return value.toFixed(size >= 9.995 ? 1 : 2);
}

export function bytes(size) {
  if (size >= 1 << 20) return `${size >> 20} MiB`;
  return size >= 1024 ? `${size >> 10} KiB` : `${size} B`;
}
