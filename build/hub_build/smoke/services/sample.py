"""What databases hold when a server finds them: three books."""

TABLE = "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL, year INTEGER)"
ROWS = (
    "INSERT INTO books (id, title, author, year) VALUES "
    "(1, 'Frankenstein', 'Mary Shelley', 1818), "
    "(2, 'Middlemarch', 'George Eliot', 1871), "
    "(3, 'Dracula', 'Bram Stoker', 1897)"
)
