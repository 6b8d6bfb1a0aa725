// The test reporter for Node: the same lines as node-test.mjs writes, one for each test that ended.

export default async function* report(events) {
  let id = 0;
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const { name, file, skip, details } = data;
    if (details.type === "suite") continue;
    const failed = () =>
      String(details.error?.cause?.stack ?? details.error?.cause ?? details.error);
    const outcome =
      type === "test:fail" ? { failed: failed() } : skip ? { skipped: skip } : { passed: true };
    yield `${JSON.stringify({ id: ++id, file, name, ...outcome })}\n`;
  }
}
