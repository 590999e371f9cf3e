"""Credentials on disk are for this user's eyes only."""

from tools.standins.kubernetes.private_files import PrivateFiles


def test_files_and_their_folder_are_closed_to_others() -> None:
    path = PrivateFiles().write(".key", "s3cret")
    assert path.read_text() == "s3cret"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_every_file_is_a_new_one() -> None:
    files = PrivateFiles()
    assert files.write(".key", "a") != files.write(".key", "b")
