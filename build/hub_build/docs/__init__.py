"""Pages of the documentation that the code writes about itself.

`python -m hub_build.docs` writes them, `--check` tells which are out of date; a test does too. Those that the contract
alone decides (`reference`, `config_page`) are written by `hub-build schema`.
"""
