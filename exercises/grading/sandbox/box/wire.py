"""The two pipes that lead out of the box: lines of JSON."""

import os
from json import dumps, loads  # whatever becomes of the names in json


class Wire:
    """Messages out through one pipe and in through another: the standard ones, until they are let go."""

    def __init__(self):
        self.inwards, self.outwards = os.dup(0), os.dup(1)
        self.received, self.tickets = b"", 0

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
        return b"\n" + dumps(message, separators=(",", ":")).encode() + b"\n"

    def write(self, line):
        """Write a line, however long."""
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(self.outwards, rest) :]

    def send(self, **message):
        """Write one message."""
        self.write(self.line(message))

    def ask(self, **message):
        """Write one message, and return the reply to it."""
        ticket = self.ticket()
        self.send(**message, ticket=ticket)
        return self.reply(ticket)

    def ticket(self):
        """Return what no other message of this box bears."""
        self.tickets += 1
        return f"{os.getpid()} {self.tickets}"

    def reply(self, ticket):
        """Wait for the reply to the message that bore ``ticket``."""
        reply = self.receive()
        while reply.get("ticket") != ticket:  # one for a process that was stopped while it waited
            reply = self.receive()
        return reply

    def receive(self):
        """Wait for the next message and return it; what is none, as the rest of one, is an empty one.

        Raises
        ------
        EOFError
            If nobody is there any more.
        """
        pieces = [self.received]
        while b"\n" not in pieces[-1]:
            pieces.append(os.read(self.inwards, 1 << 16))
            if not pieces[-1]:
                raise EOFError
        line, self.received = b"".join(pieces).split(b"\n", 1)
        try:
            message = loads(line)
        except ValueError:
            return {}
        return message if isinstance(message, dict) else {}
