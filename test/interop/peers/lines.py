# The line protocol of the peers in Python: a command per line comes in, and for each one a line goes out.
# A word that starts with "=" is bytes in hexadecimal, any other one that looks like a number is one.

import sys
import traceback


def decode(word):
    if word.startswith("="):
        return bytes.fromhex(word[1:])
    if word.lstrip("-").isdigit():
        return int(word)
    return word


def encode(value):
    return "=" + value.hex() if isinstance(value, bytes) else str(value)


def serve(commands, features):
    """Says what the implementation can do, then answers until the input ends."""
    print("ok", *features, flush=True)
    for line in sys.stdin:
        name, *words = line.split()
        try:
            answer = getattr(commands, name)(*map(decode, words)) or []
            print("ok", *map(encode, answer), flush=True)
        except Exception as error:
            traceback.print_exc()
            print("error", type(error).__name__, error, flush=True)
