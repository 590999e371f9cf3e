"""Pulumi's language host for Python, for places where the official one can't be had.

Known differences from `pulumi-language-python`: it installs no dependencies, creates no virtual
environment, runs no type checker, attaches no debugger, runs no plug-in written in Python, and
generates no code.
"""
