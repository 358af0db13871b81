"""A scripted evening of two synthetic people at a virtual table, on a virtual clock."""
