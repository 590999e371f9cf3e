"""Version numbers are read as programs print them, and compared as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.toolchain.parts import PARTS, prometheus_version
from tools.toolchain.pins import pin_of
from tools.toolchain.versions import Version, exactly, same_major, same_minor, within_a_minor

NUMBERS = st.integers(min_value=0, max_value=2000)
VERSIONS = st.builds(Version, NUMBERS, NUMBERS, NUMBERS)


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ("v3.259.0\n", Version(3, 259, 0)),
        ("v3.22.0+g1234567", Version(3, 22, 0)),
        ("etcd Version: 3.6.16\nGit SHA: 3.1\nGo Version: go1.26.8", Version(3, 6, 16)),
        ("Kubernetes v1.36.3", Version(1, 36, 3)),
        ("Client Version: v1.36.3\nKustomize Version: v5.8.1", Version(1, 36, 3)),
        ("kwok version v0.8.0 go1.26.8 (linux/amd64)", Version(0, 8, 0)),
        ("prometheus, version 3.16.0 (branch: HEAD)", Version(3, 16, 0)),
        ("go1.26", Version(1, 26, 0)),
        ("v3.260.0-dev.0", Version(3, 260, 0)),
    ],
)
def test_the_answers_of_programs_are_understood(answer: str, version: Version) -> None:
    assert Version.first_in(answer) == version


@given(VERSIONS, st.sampled_from(["v{}", "{}", "program version v{} (linux)", "x: {}\nGo 9.9.9"]))
def test_a_version_is_found_in_any_sentence(version: Version, sentence: str) -> None:
    assert Version.first_in(sentence.format(version)) == version


@given(st.text(alphabet=st.characters(exclude_categories=["Nd"])))
def test_a_text_without_digits_holds_no_version(text: str) -> None:
    assert Version.first_in(text) is None
    with pytest.raises(ValueError, match="no version number"):
        Version.parse(text)


@given(VERSIONS, VERSIONS)
def test_the_same_major_accepts_what_is_newer_before_the_next_major(
    oldest: Version, other: Version
) -> None:
    accepted = other in same_major(oldest)
    assert accepted == (other.major == oldest.major and other >= oldest)


@given(VERSIONS, VERSIONS)
def test_the_same_minor_accepts_every_patch_of_it(pinned: Version, other: Version) -> None:
    assert (other in same_minor(pinned)) == (other[:2] == pinned[:2])


@given(VERSIONS, VERSIONS)
def test_within_a_minor_accepts_one_minor_version_before_and_after(
    pinned: Version, other: Version
) -> None:
    near = other.major == pinned.major and abs(other.minor - pinned.minor) <= 1
    assert (other in within_a_minor(pinned)) == near


@given(VERSIONS, VERSIONS)
def test_exactly_accepts_one_version(pinned: Version, other: Version) -> None:
    assert pinned in exactly(pinned)
    assert (other in exactly(pinned)) == (other == pinned)


@pytest.mark.parametrize(
    ("part", "yes", "no"),
    [
        ("pulumi", ["3.259.0", "3.400.1"], ["3.258.9", "4.0.0"]),
        ("helm", ["3.18.0", "3.22.5"], ["3.17.9", "4.0.0"]),
        ("etcd", ["3.4.25", "3.6.16"], ["3.4.24", "2.3.8"]),
        ("kubernetes", ["1.36.0", "1.36.9"], ["1.35.9", "1.37.0"]),
        ("kwok", ["0.8.0", "0.8.1"], ["0.7.0", "0.9.0"]),
        ("prometheus", ["3.0.0", "3.16.0"], ["2.55.1", "4.0.0"]),
        ("prometheus-operator", ["0.93.1"], ["0.93.0", "0.93.2"]),
    ],
)
def test_each_part_says_which_installed_versions_do(
    part: str, yes: list[str], no: list[str]
) -> None:
    pin = pin_of(next(one for one in PARTS if one.name == part))
    accepted = pin.part.fits(pin.version)
    assert [text for text in yes + no if Version.parse(text) in accepted] == yes


def test_the_version_of_prometheus_is_hidden_in_its_go_version() -> None:
    assert prometheus_version(Version(0, 316, 0)) == Version(3, 16, 0)
    assert prometheus_version(Version(0, 305, 2)) == Version(3, 5, 2)
