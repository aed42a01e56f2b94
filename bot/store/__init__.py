"""SQL: one way into the database, and what the program keeps there."""
