"""What benchmarks found: the form of the files in `benchmarks/results/`, and how two of them compare.

The benchmarks themselves are no part of the compiler; they write these, and a page of the documentation shows them.
"""
