"""How long the program takes, compared with the least that it could take.

`python -m benchmarks` measures both sides of each comparison in the same run, on the same machine,
in turn: figures of different runs say little about each other.
"""
