"""The pages of data: what there is, by category, tag and publisher, in numbers, and how it did when it was tested."""
