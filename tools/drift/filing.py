"""Keeps one issue a stack about its drift: made once, changed when the drift is another one, closed when it is gone.

A script of the standard library alone, so that the job that may write issues needs nothing installed:
`python3 -m tools.drift.filing github found`, where `found` holds a folder `drift-<stack>` for each stack with the
files that `llmd-monitoring drift --out` writes.

Environment: `GITHUB_API_URL`, `GITHUB_REPOSITORY`, `GITHUB_TOKEN` and `ISSUE_AUTHOR` (default `github-actions[bot]`);
or `CI_API_V4_URL`, `CI_PROJECT_ID` and `GITLAB_TOKEN`. `RUN_URL`, where it is set, is named in the issue.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tools.preview.commenting import CommentError, everything, request

_FOLDER: Final = "drift-"
_GONE: Final = "The drift is gone."
_ANOTHER: Final = "The drift is another one now; see the text above."


@dataclass(frozen=True, kw_only=True)
class Tracker:
    """Where the issues of a project are, and how its forge names things.

    Attributes:
        issues: URL of the collection.
        search: Query that finds the open issues of whoever writes.
        headers: With the token.
        update: HTTP method that changes an issue.
        number: Key of an issue's number in its URL.
        text: Key of an issue's text.
        comments: Name of the collection of its comments.
        closed: What closes an issue.
    """

    issues: str
    search: str
    headers: Mapping[str, str]
    update: str
    number: str
    text: str
    comments: str
    closed: Mapping[str, str]


def github(environment: Mapping[str, str]) -> Tracker:
    """Returns where the issues of a repository are."""
    api = environment.get("GITHUB_API_URL", "https://api.github.com")
    author = environment.get("ISSUE_AUTHOR", "github-actions[bot]")
    return Tracker(
        issues=f"{api}/repos/{environment['GITHUB_REPOSITORY']}/issues",
        search=f"state=open&creator={quote(author)}",
        headers={
            "Authorization": f"Bearer {environment['GITHUB_TOKEN']}",
            "Accept": "application/vnd.github+json",
        },
        update="PATCH",
        number="number",
        text="body",
        comments="comments",
        closed={"state": "closed"},
    )


def gitlab(environment: Mapping[str, str]) -> Tracker:
    """Returns where the issues of a project are; the author is whoever the token belongs to.

    Raises:
        CommentError: The token belongs to nobody.
    """
    api = environment["CI_API_V4_URL"]
    headers = {"PRIVATE-TOKEN": environment["GITLAB_TOKEN"]}
    user, _ = request("GET", f"{api}/user", headers)
    project = quote(environment["CI_PROJECT_ID"], safe="")
    return Tracker(
        issues=f"{api}/projects/{project}/issues",
        search=f"state=opened&author_username={quote(str(user.get('username')))}",
        headers=headers,
        update="PUT",
        number="iid",
        text="description",
        comments="notes",
        closed={"state_event": "close"},
    )


def file(tracker: Tracker, stack: str, fingerprint: str, text: str) -> str:
    """Brings the issue of one stack up to date; returns what was done.

    Args:
        tracker: Where the issues are.
        stack: Name of the stack.
        fingerprint: The same for the same drift; empty for none.
        text: Text of the issue, whose first line holds the fingerprint.

    Raises:
        CommentError: The forge refuses.
    """
    title = f"Drift of stack {stack}"
    issue = _open_issue(tracker, title)
    if issue is None:
        if not fingerprint:
            return "none"
        request("POST", tracker.issues, tracker.headers, {"title": title, tracker.text: text})
        return "opened"
    url = f"{tracker.issues}/{issue[tracker.number]}"
    if not fingerprint:
        request("POST", f"{url}/{tracker.comments}", tracker.headers, {"body": _GONE})
        request(tracker.update, url, tracker.headers, tracker.closed)
        return "closed"
    if _first_line(str(issue.get(tracker.text) or "")) == _first_line(text):
        return "known"
    request(tracker.update, url, tracker.headers, {tracker.text: text})
    request("POST", f"{url}/{tracker.comments}", tracker.headers, {"body": _ANOTHER})
    return "changed"


def _open_issue(tracker: Tracker, title: str) -> Mapping[str, Any] | None:
    found = everything(f"{tracker.issues}?{tracker.search}", tracker.headers)
    return next((issue for issue in found if issue.get("title") == title), None)


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else ""


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Runs the script; returns its exit code."""
    forges = {"github": github, "gitlab": gitlab}
    try:
        name, root = arguments
        tracker = forges[name](environment)
        for folder in sorted(Path(root).glob(f"{_FOLDER}*")):
            print(f"{folder.name}: {_file(tracker, folder, environment.get('RUN_URL', ''))}")
    except (KeyError, ValueError):
        print("usage: filing.py github|gitlab FOLDER; see the top of it", file=sys.stderr)
        return 2
    except (OSError, CommentError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def _file(tracker: Tracker, folder: Path, run: str) -> str:
    document = json.loads((folder / "drift.json").read_text("utf-8"))
    text = (folder / "drift.md").read_text("utf-8")
    told = f"{text}\nFound by {run}\n" if run else text
    return file(tracker, folder.name.removeprefix(_FOLDER), str(document["fingerprint"]), told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
