"""A client in somebody else's repository: copied there, proved untouched, brought up to date.

Nothing here needs the description: a copy is made of a generated package, and what tells whether
it is as it was made lies in its own ``speclock.json``.
"""
