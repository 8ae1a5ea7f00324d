"""Says that it speaks a protocol that there is not, with variants.

state: failed
says: protocol
variants: unknown, missing, number
"""

from _wire import Server, variant


class Evil(Server):
    def initialize(self, params):
        result = super().initialize(params)
        if variant() == "missing":
            del result["protocolVersion"]
        else:
            result["protocolVersion"] = {"unknown": "2099-01-01", "number": 7}[variant()]
        return result


Evil().run()
