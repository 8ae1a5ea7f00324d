"""Every benchmark of the project: one table of them, and a module for each thing that is measured."""
