"""Ends without a word, as if all were well.

state: failed
says: exited with code 0
says: said nothing
"""
