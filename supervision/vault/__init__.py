"""Encryption: bytes that only their readers can open, a person's own key, and who holds it while they work.

What is written here is an age file like any other: the program `age` opens it with the same keys. This room alone
knows pyrage, and loads it only when there is something to encrypt.
"""
