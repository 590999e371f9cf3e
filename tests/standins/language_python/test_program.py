"""The program runs as if Python had started it, and learns what the engine knows."""

import sys

from tests.standins.language_python.project import Project


def test_it_is_main_in_its_own_folder(project: Project) -> None:
    project.write("TEN = 10", path="neighbour.py")
    project.write("""
        import os, sys
        import pulumi
        from neighbour import TEN

        pulumi.export("seen", [__name__, __file__, os.getcwd(), sys.path[0], sys.argv, TEN])
    """)
    project.up()
    folder = str(project.folder)
    main = f"{folder}/__main__.py"
    assert project.outputs()["seen"] == ["__main__", main, folder, folder, [folder], 10]


def test_main_of_the_project_file_may_be_a_folder(project: Project) -> None:
    project.describe(main="app")
    project.write("TEN = 10", path="app/neighbour.py")
    project.write(
        """
        import os
        import pulumi
        from neighbour import TEN

        pulumi.export("seen", [os.getcwd(), TEN, pulumi.runtime.get_root_directory()])
        """,
        path="app/__main__.py",
    )
    project.up()
    folder = project.folder
    assert project.outputs()["seen"] == [f"{folder}/app", 10, str(folder)]


def test_main_of_the_project_file_may_be_a_file(project: Project) -> None:
    project.describe(main="app/start.py")
    project.write("TEN = 10", path="app/neighbour.py")
    project.write(
        """
        import pulumi
        from neighbour import TEN

        pulumi.export("seen", [__name__, TEN])
        """,
        path="app/start.py",
    )
    project.up()
    assert project.outputs()["seen"] == ["__main__", 10]


def test_it_imports_nothing_of_the_stand_in_by_accident(project: Project) -> None:
    project.write("""
        import importlib.util
        import pulumi

        names = ["host", "launcher", "interpreter", "program"]
        pulumi.export("seen", [name for name in names if importlib.util.find_spec(name)])
    """)
    project.up()
    assert project.outputs()["seen"] == []


def test_it_knows_project_stack_and_organization(project: Project) -> None:
    project.write("""
        import pulumi

        pulumi.export(
            "seen", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()]
        )
    """)
    project.up()
    assert project.outputs()["seen"] == ["sample", "dev", "organization"]


def test_secret_config_arrives_decrypted_and_stays_secret(project: Project) -> None:
    project.pulumi("config", "set", "--secret", "password", "canary-4711")
    project.pulumi("config", "set", "plain", "open")
    project.write("""
        import threading
        import pulumi

        config = pulumi.Config()
        seen = []
        thread = threading.Thread(target=lambda: seen.append(config.get("password")))
        thread.start()
        thread.join()
        pulumi.export("plain", config.require("plain"))
        pulumi.export("password", config.require_secret("password"))
        pulumi.export("thread", pulumi.Output.secret(seen[0]))
    """)
    printed = project.up()
    assert "canary-4711" not in printed
    assert "canary-4711" not in project.pulumi("stack", "export")
    assert project.outputs() == {
        "plain": "open",
        "password": "canary-4711",
        "thread": "canary-4711",
    }


def test_a_preview_is_a_dry_run_and_an_update_is_not(project: Project) -> None:
    project.write("""
        import pulumi

        print(f"dry run: {pulumi.runtime.is_dry_run()}")
    """)
    assert "dry run: True" in project.pulumi("preview")
    assert "dry run: False" in project.up()


def test_the_degree_of_parallelism_reaches_the_program(project: Project) -> None:
    project.write("""
        import pulumi
        from pulumi.runtime import settings

        pulumi.export("parallel", settings.SETTINGS.parallel)
    """)
    project.up("--parallel", "7")
    assert project.outputs()["parallel"] == 7


def test_its_output_appears_in_the_engines(project: Project) -> None:
    project.write("""
        import sys
        import pulumi

        print("a line on standard output")
        print("a line on standard error", file=sys.stderr)
        pulumi.log.warn("a warning of the program")
    """)
    printed = project.up()
    assert "a line on standard output" in printed
    assert "a line on standard error" in printed
    assert "warning: a warning of the program" in printed


def test_an_asynchronous_program_is_awaited(project: Project) -> None:
    project.write("""
        import asyncio
        import pulumi

        async def main():
            await asyncio.sleep(0)
            return {"answer": 42}

        pulumi.run(main)
    """)
    project.up()
    assert project.outputs() == {"answer": 42}


def test_exit_handlers_and_threads_still_finish(project: Project) -> None:
    project.write("""
        import atexit, sys, threading, time
        import pulumi

        def late():
            time.sleep(0.5)
            sys.stdout.write("from a thread")

        atexit.register(lambda: sys.stdout.write("from an exit handler\\n"))
        if pulumi.runtime.is_dry_run():
            threading.Thread(target=late).start()
    """)
    previewed = project.pulumi("preview")
    assert "from an exit handler" in previewed
    assert "from a thread" in previewed
    assert "from an exit handler" in project.up()


def test_each_run_starts_afresh(project: Project) -> None:
    project.write("RUNS = []", path="memory.py")
    project.write("""
        import pulumi
        from memory import RUNS

        RUNS.append(1)
        pulumi.export("runs", len(RUNS))
    """)
    project.pulumi("up", "--yes")
    assert project.outputs() == {"runs": 1}


def test_the_commands_of_a_stacks_life_work(project: Project) -> None:
    project.write("""
        import pulumi

        pulumi.export("answer", 42)
    """)
    assert project.operations() == {"sample-dev": "create"}
    project.pulumi("up", "--yes")
    project.up("--expect-no-changes")
    assert project.operations("--expect-no-changes") == {"sample-dev": "same"}
    project.pulumi("refresh", "--yes", "--expect-no-changes")
    project.pulumi("refresh", "--yes", "--run-program")
    assert "answer" in project.pulumi("stack")
    project.pulumi("destroy", "--yes")
    assert project.outputs() == {}


def test_about_names_the_interpreter_and_the_packages(project: Project) -> None:
    printed = project.pulumi("about")
    assert sys.executable in printed
    assert "pulumi-kubernetes" in project.pulumi("about", "--transitive")


def test_install_says_that_it_installs_nothing(project: Project) -> None:
    for name in ("kubernetes", "tls"):
        ambient = project.folder.parent / "plugins" / f"pulumi-resource-{name}"
        ambient.write_text("#!/bin/sh\nexit 1\n")
        ambient.chmod(0o755)
    assert "Nothing installed" in project.pulumi("install")
