"""The two pipes that lead out of the box: lines of JSON."""

import json
import os


class Wire:
    """Messages out through one pipe and in through another: the standard ones, until they are let go."""

    def __init__(self):
        self.inwards, self.outwards = os.dup(0), os.dup(1)
        self.received = b""

    def let_go(self):
        """Leave the standard streams to the notebook: there is nothing to read, and nobody hears it."""
        for stream in (0, 1, 2):
            null = os.open(os.devnull, os.O_RDONLY if stream == 0 else os.O_WRONLY)
            os.dup2(null, stream)
            os.close(null)

    @staticmethod
    def line(message):
        """Return a message as it is written."""
        # What a killed process left half written ends before this line begins.
        return b"\n" + json.dumps(message, separators=(",", ":")).encode() + b"\n"

    def write(self, line):
        """Write a line, however long."""
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(self.outwards, rest) :]

    def send(self, **message):
        """Write one message."""
        self.write(self.line(message))

    def receive(self):
        """Wait for the next message and return it.

        Raises
        ------
        EOFError
            If nobody is there any more.
        """
        pieces = [self.received]
        while b"\n" not in pieces[-1]:
            pieces.append(os.read(self.inwards, 1 << 20))
            if not pieces[-1]:
                raise EOFError
        line, self.received = b"".join(pieces).split(b"\n", 1)
        return json.loads(line)
