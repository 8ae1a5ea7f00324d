"""Greets people, and logs, where the protocol is."""

from _wire import Server, text, write


class Evil(Server):
    def call(self, name, arguments):
        write(b'INFO calling\n\n\r\n\t\n{\n[]\n42\nnull\n"text"\n')
        return text("done")


write("Evil server v1 listening on stdio 🚀\n".encode() * 100)
Evil().run()
