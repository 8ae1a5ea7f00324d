"""hub-build: the compiler of the registry. Files of publishers in, a static API and findings out."""
