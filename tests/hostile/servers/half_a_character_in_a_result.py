"""Answers with half of a character, as programs do that cut a text in the middle of one."""

from _wire import Server, text


class Evil(Server):
    def call(self, name, arguments):
        return text("half a \ud83d smile")


Evil().run()
