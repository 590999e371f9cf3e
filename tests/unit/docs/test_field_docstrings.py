"""Docstrings are found below the fields that they describe, under the keys of a stack file."""

from tools.docs.field_docstrings import field_docstrings

SOURCE = '''
class Group:
    """Of the class."""

    size_limit: int = 1
    """How much."""

    undocumented: int = 2

    class_names: tuple[str, ...] = ()
    """Which ones."""
'''


def test_each_field_has_its_own() -> None:
    assert field_docstrings(SOURCE) == {
        "Group": {"sizeLimit": "How much.", "classNames": "Which ones."}
    }
