"""One-way throughput of Python's zmq, measured as meter.mjs does.

pyzmq.py receive <size> <warm-up ms> <ms>: prints its endpoint, then a line of JSON.
pyzmq.py send <endpoint> <size>: sends until it is ended.
"""

import json
import sys
import time

import zmq


def receive(size, warm_up, duration):
    pull = zmq.Context().socket(zmq.PULL)
    pull.bind("tcp://127.0.0.1:*")
    print(pull.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"), flush=True)
    stride = max(1, min(256, 65536 // size))

    def take():
        for _ in range(stride):
            pull.recv()

    take()
    first = time.perf_counter()
    while time.perf_counter() - first < warm_up / 1000:
        take()
    begin = time.perf_counter()
    cpu = time.process_time()
    messages = 0
    while (elapsed := time.perf_counter() - begin) < duration / 1000:
        take()
        messages += stride
    cpu = time.process_time() - cpu
    print(json.dumps({"rate": messages / elapsed, "cpu": cpu * 1e6 / messages}), flush=True)


def send(endpoint, size):
    push = zmq.Context().socket(zmq.PUSH)
    push.connect(endpoint)
    message = b"\1" * size
    while True:
        push.send(message)


role, *words = sys.argv[1:]
if role == "receive":
    receive(*map(int, words))
else:
    send(words[0], int(words[1]))
