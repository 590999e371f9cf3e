"""Puts a report on a pull or merge request: one comment, updated in place.

A script of the standard library alone, so that the job that may write comments needs nothing installed and runs
nothing of the request's own code: `python3 commenting.py github 12 preview.md`.

Environment: `GITHUB_API_URL`, `GITHUB_REPOSITORY`, `GITHUB_TOKEN` and `COMMENT_AUTHOR` (default
`github-actions[bot]`); or `CI_API_V4_URL`, `CI_PROJECT_ID` and `GITLAB_TOKEN`.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

MARKER: Final = "<!-- llmd-monitoring-preview -->"

_SECONDS: Final = 30
_NEXT: Final = re.compile(r'<([^>]+)>;\s*rel="next"')


class CommentError(Exception):
    """The comment can't be written; the message says why, and holds no token."""


@dataclass(frozen=True, kw_only=True)
class Forge:
    """Where the comments of one request are.

    Attributes:
        comments: URL of the collection.
        comment: URL of one comment, with `{id}` in it.
        author: Name of whoever writes; comments of others are left alone.
        update: HTTP method that changes a comment.
        headers: With the token.
        login: Keys that lead to the author's name in a comment.
    """

    comments: str
    comment: str
    author: str
    update: str
    headers: Mapping[str, str]
    login: tuple[str, str]


def github(number: int, environment: Mapping[str, str]) -> Forge:
    """Returns where the comments of a pull request are."""
    api = environment.get("GITHUB_API_URL", "https://api.github.com")
    repository = f"{api}/repos/{environment['GITHUB_REPOSITORY']}/issues"
    return Forge(
        comments=f"{repository}/{number}/comments",
        comment=f"{repository}/comments/{{id}}",
        author=environment.get("COMMENT_AUTHOR", "github-actions[bot]"),
        update="PATCH",
        headers={
            "Authorization": f"Bearer {environment['GITHUB_TOKEN']}",
            "Accept": "application/vnd.github+json",
        },
        login=("user", "login"),
    )


def gitlab(number: int, environment: Mapping[str, str]) -> Forge:
    """Returns where the notes of a merge request are; the author is whoever the token belongs to.

    Raises:
        CommentError: The token belongs to nobody.
    """
    api = environment["CI_API_V4_URL"]
    headers = {"PRIVATE-TOKEN": environment["GITLAB_TOKEN"]}
    user, _ = request("GET", f"{api}/user", headers)
    project = quote(environment["CI_PROJECT_ID"], safe="")
    notes = f"{api}/projects/{project}/merge_requests/{number}/notes"
    return Forge(
        comments=notes,
        comment=f"{notes}/{{id}}",
        author=str(user.get("username")),
        update="PUT",
        headers=headers,
        login=("author", "username"),
    )


def put(forge: Forge, text: str) -> str:
    """Writes the comment; returns `made` or `updated`.

    Raises:
        CommentError: The forge refuses.
    """
    for comment in everything(forge.comments, forge.headers):
        mine = comment.get(forge.login[0], {}).get(forge.login[1]) == forge.author
        if mine and str(comment.get("body", "")).startswith(MARKER):
            url = forge.comment.format(id=comment["id"])
            request(forge.update, url, forge.headers, {"body": text})
            return "updated"
    request("POST", forge.comments, forge.headers, {"body": text})
    return "made"


def everything(collection: str, headers: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Yields the items of all pages of a collection; the token goes to no other host."""
    url = f"{collection}{'&' if '?' in collection else '?'}per_page=100"
    while url:
        page, link = request("GET", url, headers)
        yield from page
        found = _NEXT.search(link)
        url = found[1] if found and _same_host(found[1], collection) else ""


def _same_host(one: str, other: str) -> bool:
    return urlsplit(one)[:2] == urlsplit(other)[:2]


def request(
    method: str, url: str, headers: Mapping[str, str], body: object = None
) -> tuple[Any, str]:
    """Asks a forge; returns what it answers, and where the next page is.

    Raises:
        CommentError: It refuses, or doesn't answer.
    """
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, method=method)  # noqa: S310 - the CI's own API
    for name, value in {**headers, "Content-Type": "application/json"}.items():
        asked.add_header(name, value)
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
            return json.load(answer), answer.headers.get("Link", "")
    except urllib.error.HTTPError as error:
        with error:
            raise CommentError(f"{method} {url}: {error.code} {error.reason}") from None
    except (OSError, ValueError) as error:
        raise CommentError(f"{method} {url}: {error}") from None


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Runs the script; returns its exit code."""
    forges = {"github": github, "gitlab": gitlab}
    try:
        name, number, file = arguments
        forge, text = forges[name](int(number), environment), Path(file).read_text("utf-8")
    except (KeyError, ValueError):
        print("usage: commenting.py github|gitlab NUMBER FILE; see the top of it", file=sys.stderr)
        return 2
    except (OSError, CommentError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    if not text.startswith(MARKER):
        print(f"Error: {file} isn't a report: it must begin with {MARKER}", file=sys.stderr)
        return 1
    try:
        print(f"comment {put(forge, text)}")
    except CommentError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
