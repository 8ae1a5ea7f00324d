"""Writes bytes that are no text, on their own and inside messages."""

from _wire import Server, text, write


class Evil(Server):
    def call(self, name, arguments):
        write(b'\xff\xfe\x00\n{"jsonrpc": "2.0", "id": 1, "result": {"content": "\xc3\x28"}}\n')
        write(b'{"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": "\xed\xa0\x80"}}\n')
        return text("done")


write(b"\xc3\x28\n")
Evil().run()
