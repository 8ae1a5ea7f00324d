"""Says of every page of its tools that there is another, which is the same.

broken tools: the same tool is listed twice
"""

from _wire import Server


class Evil(Server):
    def list_tools(self, params):
        return super().list_tools(params) | {"nextCursor": "again"}


Evil().run()
