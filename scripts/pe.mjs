// Reads what a library for Windows is made for, what it exports and which libraries it needs, from the file
// itself: no program that does this is on every system. The format is in Microsoft's "PE Format".

import { readFileSync } from "node:fs";

const machines = { 34404: "x64", 43620: "arm64" };

/** Gives { arch, exports, libraries }. */
export function readPe(file) {
  const bytes = readFileSync(file);
  const start = bytes.readUInt32LE(0x3c);
  // What follows the signature and the 20 bytes about the file, for 64 bits.
  const header = start + 24;
  if (bytes.toString("latin1", start, start + 4) !== "PE\0\0") throw new Error("no PE file");
  if (bytes.readUInt16LE(header) !== 0x20b) throw new Error("not for 64 bits");

  const firstSection = header + bytes.readUInt16LE(start + 20);
  const sections = Array.from({ length: bytes.readUInt16LE(start + 6) }, (_, index) => {
    const section = firstSection + index * 40;
    const [size, address, offset] = [16, 12, 20].map((at) => bytes.readUInt32LE(section + at));
    return { size, address, offset };
  });

  /** Where in the file lies what is loaded to that address. */
  function offsetOf(address) {
    const within = ({ address: from, size }) => address >= from && address < from + size;
    const section = sections.find(within);
    return address - section.address + section.offset;
  }
  const word = (offset) => bytes.readUInt32LE(offset);
  const table = (index) => word(header + 112 + index * 8);
  function text(address) {
    const from = offsetOf(address);
    return bytes.toString("latin1", from, bytes.indexOf(0, from));
  }

  /** The names in a table of libraries: `length` bytes for each, with the name's address at `name`. */
  function* librariesIn(index, length, name) {
    if (table(index) === 0) return;
    for (let row = offsetOf(table(index)); word(row + name) !== 0; row += length) {
      yield text(word(row + name));
    }
  }

  function* exported() {
    if (table(0) === 0) return;
    const directory = offsetOf(table(0));
    const names = offsetOf(word(directory + 32));
    for (let index = 0; index < word(directory + 24); index++) yield text(word(names + index * 4));
  }

  return {
    arch: machines[bytes.readUInt16LE(start + 4)] ?? "another processor",
    exports: [...exported()],
    // Those that are loaded at once, and those that are loaded with the first call.
    libraries: [...librariesIn(1, 20, 12), ...librariesIn(13, 32, 4)],
  };
}
