"""Pinned modules are built with the user's Go; what goes wrong is told with a way out."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.toolchain.conftest import GoModule, MakePin, Told, write_program
from tools.errors import UserError
from tools.toolchain.build import build, executable_name, failure, go_environment, require_go
from tools.toolchain.versions import Version


def test_a_program_is_built_with_the_pinned_version_inside(pin: MakePin, tmp_path: Path) -> None:
    told = Told()
    files = build(pin(), tmp_path, told.now)
    answer = subprocess.run([files["hello"]], capture_output=True, text=True, check=True)
    assert answer.stderr == "hello 1.2.3\n"


def test_build_tags_choose_files(pin: MakePin, module: GoModule, tmp_path: Path) -> None:
    (module.folder / "tagged.go").write_text(
        '//go:build special\n\npackage main\n\nfunc init() { println("special") }\n',
        encoding="utf-8",
    )
    plain = pin()
    tagged = replace(plain, part=replace(plain.part, build_tags=("other", "special")))
    files = build(tagged, tmp_path, Told().now)
    answer = subprocess.run([files["hello"]], capture_output=True, text=True, check=True)
    assert answer.stderr.startswith("special\n")


def test_the_last_lines_of_go_are_told(pin: MakePin, module: GoModule, tmp_path: Path) -> None:
    module.write("undefinedFunction()")
    with pytest.raises(UserError, match="undefined: undefinedFunction") as caught:
        build(pin(), tmp_path, Told().now)
    assert "tools/toolchain/modules/hello" in caught.value.next_step


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("write /x: no space left on device", "disk space"),
        ("Get https://proxy/x: dial tcp: lookup proxy: no such host", "GOPROXY"),
        ("Get https://proxy/x: 403 Forbidden", "GOPROXY"),
        ("module lookup disabled by GOPROXY=off", "GOPROXY"),
        ("go: go.mod requires go >= 1.99 (running go 1.26)", "newer Go"),
        ("missing go.sum entry for module", "git checkout"),
        ("verifying x@v1: checksum mismatch", "git checkout"),
        ("compile: signal: killed", "Memory"),
    ],
)
def test_a_known_trouble_comes_with_advice(said: str, advice: str) -> None:
    error = failure("helm", ["go", "build", "-v"], ["some package", said])
    assert said in error.message
    assert advice in error.next_step


def test_without_go_the_error_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match=r"Go isn't on PATH; Go >= 1\.26\.7") as caught:
        require_go(Version(1, 26, 7))
    assert "https://go.dev/dl/" in caught.value.next_step


def fake_go(folder: Path, version: str, toolchain: str) -> None:
    path = write_program(folder / "go", version)
    path.write_text(f"#!/bin/sh\necho go{version}\necho {toolchain}\n", encoding="utf-8")


def test_an_old_go_that_fetches_no_other_is_an_error(
    monkeypatch: pytest.MonkeyPatch, own_path: Path
) -> None:
    monkeypatch.setenv("PATH", f"{own_path}:/usr/bin:/bin")
    fake_go(own_path, "1.24.1", "local")
    with pytest.raises(UserError, match=r"is Go 1\.24\.1; needed is Go >= 1\.26\.0") as caught:
        require_go(Version(1, 26, 0))
    assert "GOTOOLCHAIN=auto" in caught.value.next_step


@pytest.mark.parametrize(("version", "toolchain"), [("1.26.7", "local"), ("1.24.1", "auto")])
def test_a_new_go_or_one_that_fetches_a_new_one_will_do(
    monkeypatch: pytest.MonkeyPatch, own_path: Path, version: str, toolchain: str
) -> None:
    monkeypatch.setenv("PATH", f"{own_path}:/usr/bin:/bin")
    fake_go(own_path, version, toolchain)
    assert require_go(Version(1, 26, 0)) == str(own_path / "go")


def test_the_proxy_and_the_caches_stay_the_users() -> None:
    own = {"GOPROXY": "https://proxy.example.test", "GOMODCACHE": "/m", "GOCACHE": "/c"}
    environment = go_environment({**own, "GOFLAGS": "-mod=mod", "GOWORK": "/x/go.work"})
    assert {name: environment[name] for name in own} == own
    assert environment["GOFLAGS"] == "-mod=readonly -buildvcs=false"
    assert environment["GOWORK"] == "off"


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("go.etcd.io/etcd/server/v3", "server"),
        ("helm.sh/helm/v3/cmd/helm", "helm"),
        ("k8s.io/kubernetes/cmd/kube-apiserver", "kube-apiserver"),
    ],
)
def test_a_program_is_called_as_go_calls_it(package: str, name: str) -> None:
    assert executable_name(package) == name
