"""The docstrings below the fields of the settings model.

Read from the source when documentation is made. Pydantic can do this itself, but does it at each start of
the program, where nobody reads them.
"""

import ast
from collections.abc import Mapping

from pydantic.alias_generators import to_camel


def field_docstrings(source: str) -> Mapping[str, Mapping[str, str]]:
    """Returns the docstrings of a module's classes: by class, then by the key that a stack file uses."""
    return {
        node.name: _of_class(node)
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
    }


def _of_class(node: ast.ClassDef) -> Mapping[str, str]:
    return {
        to_camel(field.target.id): text.value.value
        for field, text in zip(node.body, node.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
