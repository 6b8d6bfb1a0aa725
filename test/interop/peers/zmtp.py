# ZMTP 3.1 with the NULL mechanism, from RFC 37 and no other source: greeting, handshake, frames. Strict: what
# the RFC does not allow ends the connection, and the reason is kept for the test.

import os
import socket
import struct
import threading

GREETING = b"\xff" + bytes(8) + b"\x7f"
MORE, LONG, COMMAND = 1, 2, 4

PARTNERS = {
    "REQ": "REP ROUTER",
    "REP": "REQ DEALER",
    "DEALER": "REP DEALER ROUTER",
    "ROUTER": "REQ DEALER ROUTER",
    "PUSH": "PULL",
    "PULL": "PUSH",
    "PUB": "SUB XSUB",
    "SUB": "PUB XPUB",
    "XPUB": "SUB XSUB",
    "XSUB": "PUB XPUB",
    "PAIR": "PAIR",
    "CLIENT": "SERVER",
    "SERVER": "CLIENT",
    "RADIO": "DISH",
    "DISH": "RADIO",
    "SCATTER": "GATHER",
    "GATHER": "SCATTER",
}


class Violation(Exception):
    """The other side did what the RFC does not allow."""


def demand(condition, what):
    if not condition:
        raise Violation(what)


class Connection:
    """One connection, with a handshake that has succeeded once the constructor returns."""

    def __init__(self, stream, kind, routing_id):
        self.stream = stream
        if stream.family == socket.AF_INET:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = stream.makefile("rb")
        self.writing = threading.Lock()
        self._greet()
        properties = {b"Socket-Type": kind.encode()}
        if kind in ("REQ", "DEALER", "ROUTER"):
            properties[b"Identity"] = routing_id
        self.send_command(b"READY", b"".join(map(encode_property, properties.items())))
        flags, body = self.read_frame()
        demand(flags & COMMAND, "The handshake has a frame that is no command")
        name, rest = split_command(body)
        demand(name == b"READY", f"Wanted READY, got {name!r}")
        self.properties = decode_properties(rest)
        other = self.properties.get(b"socket-type", b"").decode()
        demand(other in PARTNERS[kind].split(), f"{kind} met {other!r}")
        self.routing_id = self.properties.get(b"identity", b"")
        demand(len(self.routing_id) <= 255, "The routing id is too long")
        self.topics = []
        self.pings = []
        self.beats = 0

    def _greet(self):
        filler = bytes(31)
        self.stream.sendall(GREETING + b"\x03\x01" + b"NULL".ljust(20, b"\0") + b"\0" + filler)
        greeting = self._exactly(64)
        demand(greeting[0] == 0xFF and greeting[9] == 0x7F, "The signature is wrong")
        demand(greeting[10] >= 3, f"The version is {greeting[10]}.{greeting[11]}")
        demand(greeting[12:32] == b"NULL".ljust(20, b"\0"), f"The mechanism is {greeting[12:32]!r}")
        demand(greeting[32] == 0, "NULL has no server")
        demand(greeting[33:] == filler, "The filler is not zero")

    def _exactly(self, size):
        data = self.reader.read(size)
        if len(data) < size:
            raise ConnectionError("The connection has ended")
        return data

    def read_frame(self):
        flags = self._exactly(1)[0]
        demand(flags & ~(MORE | LONG | COMMAND) == 0, f"Reserved flags are set: {flags:#x}")
        demand(not (flags & COMMAND and flags & MORE), "A command has more frames")
        size = struct.unpack(">Q", self._exactly(8))[0] if flags & LONG else self._exactly(1)[0]
        demand(flags & COMMAND or (size > 255) == bool(flags & LONG), f"A long frame has {size} bytes")
        return flags, self._exactly(size)

    def read(self):
        """The next message as a list of frames, or a command as a pair."""
        frames = []
        while True:
            flags, body = self.read_frame()
            if flags & COMMAND:
                demand(not frames, "A command is within a message")
                name, rest = split_command(body)
                if name == b"PING":
                    demand(2 <= len(rest) <= 18, f"A PING has {len(rest)} bytes")
                    self.send_command(b"PONG", rest[2:])
                elif name == b"PONG":
                    demand(self.pings and rest == self.pings.pop(0), f"PONG {rest!r} was not asked for")
                else:
                    return name, rest
                continue
            frames.append(body)
            if not flags & MORE:
                return frames

    def send(self, frames):
        last = len(frames) - 1
        data = [encode_frame(MORE if index < last else 0, frame) for index, frame in enumerate(frames)]
        self._write(b"".join(data))

    def ping(self):
        self.beats += 1
        context = os.urandom(self.beats % 17)
        self.pings.append(context)
        # The time to live is in tenths of a second.
        self.send_command(b"PING", struct.pack(">H", 300) + context)

    def send_command(self, name, body):
        self._write(encode_frame(COMMAND, bytes([len(name)]) + name + body))

    def _write(self, data):
        # An answer to a heartbeat must not get between the frames of a message.
        with self.writing:
            self.stream.sendall(data)

    def close(self):
        try:
            self.stream.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.stream.close()


def encode_frame(flags, body):
    if len(body) > 255:
        return struct.pack(">BQ", flags | LONG, len(body)) + body
    return bytes([flags, len(body)]) + body


def split_command(body):
    demand(body and 0 < body[0] < len(body) + 1 and len(body) > body[0], "A command has no name")
    return body[1 : 1 + body[0]], body[1 + body[0] :]


def encode_property(item):
    name, value = item
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value


def decode_properties(data):
    properties = {}
    while data:
        name, data = data[1 : 1 + data[0]], data[1 + data[0] :]
        demand(name and len(data) >= 4, "A property is cut short")
        size = struct.unpack(">I", data[:4])[0]
        demand(len(data) >= 4 + size, "The value of a property is cut short")
        properties[name.lower()], data = data[4 : 4 + size], data[4 + size :]
    return properties
