"""A site with as many servers as one likes: for measuring the catalog, and for tests in a browser."""
