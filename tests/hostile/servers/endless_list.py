"""Always has another page of a list, with variants of which list.

state: failed
says: pages
variants: tools, resources, templates, prompts
"""

from _wire import Server, variant

METHODS = {
    "tools": "tools/list",
    "resources": "resources/list",
    "templates": "resources/templates/list",
    "prompts": "prompts/list",
}
KEYS = {"templates": "resourceTemplates"}


class Evil(Server):
    capabilities = {"tools": {}, "resources": {}, "prompts": {}}  # noqa: RUF012
    pages = 0

    def result(self, method, params):
        if method != METHODS[variant()]:
            return super().result(method, params)
        self.pages += 1
        return {KEYS.get(variant(), variant()): [], "nextCursor": f"page {self.pages}"}


Evil().run()
