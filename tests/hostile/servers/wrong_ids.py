"""Answers with every id but the right one, before the right one.

says: genuine
"""

from _wire import Server, send, text

WRONG = [None, True, -1, 0, 1, 2, 3, 1.5, 10**9, 10**30, "x", "", [], {}]


class Evil(Server):
    def answer(self, request):
        for number in WRONG:
            if number != request["id"]:
                send({"jsonrpc": "2.0", "id": number, "result": text("forged")})
        super().answer(request)

    def call(self, name, arguments):
        return text("genuine")


Evil().run()
