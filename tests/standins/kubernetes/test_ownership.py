"""Objects that others made or manage."""

from tests.standins.kubernetes import programs
from tests.standins.kubernetes.api import Api
from tests.standins.kubernetes.conftest import NewStack
from tests.standins.kubernetes.stack import Program, program


def config(api: Api, **data: str) -> Program:
    return program(programs.config, namespace=api.namespace, data=data)


def test_an_object_that_exists_is_named_and_kept_until_it_is_adopted(
    new_stack: NewStack, api: Api
) -> None:
    api.create_config_map("config", {"a": "theirs"})
    stack = new_stack(enable_config_map_mutable=True)
    told = stack.fails_to_update(config(api, a="ours"))
    assert f"ConfigMap '{api.namespace}/config'" in told
    assert "already exists" in told
    assert "pulumi import" in told
    assert api.data("config") == {"a": "theirs"}

    adopt = program(programs.imported, namespace=api.namespace, data={"a": "theirs"})
    assert stack.up(adopt).changes == {"imported": 1}
    assert stack.preview(config(api, a="theirs")).changes == {}
    stack.destroy()
    assert api.find("configmaps", "config") is None


def test_an_existing_object_may_be_taken_over_on_purpose(new_stack: NewStack, api: Api) -> None:
    api.create_config_map("config", {"b": "theirs"})
    stack = new_stack(upsert_existing_objects=True)
    stack.up(config(api, a="ours"))
    assert api.data("config") == {"a": "ours", "b": "theirs"}
    stack.destroy()


def test_a_conflict_names_fields_and_managers_until_it_is_forced(
    new_stack: NewStack, api: Api
) -> None:
    stack = new_stack(enable_config_map_mutable=True)
    stack.up(config(api, a="1", b="1"))
    api.apply("config", {"a": "theirs"}, manager="someone")
    told = stack.fails_to_update(config(api, a="2", b="2"))
    assert '.data.a: conflict with "someone"' in told
    assert "pulumi.com/patchForce" in told
    assert api.data("config") == {"a": "theirs", "b": "1"}

    forced = program(
        programs.annotated,
        namespace=api.namespace,
        data={"a": "2", "b": "2"},
        annotations={"pulumi.com/patchForce": "true"},
    )
    stack.up(forced)
    assert api.data("config") == {"a": "2", "b": "2"}
    stack.destroy()


def test_a_patch_changes_its_fields_and_gives_up_only_those(new_stack: NewStack, api: Api) -> None:
    def patch(**data: str) -> Program:
        return program(programs.patched, namespace=api.namespace, data=data)

    api.create_config_map("shared", {"theirs": "kept"})
    stack = new_stack()
    stack.up(patch(ours="1"))
    assert api.data("shared") == {"theirs": "kept", "ours": "1"}
    assert stack.up(patch(ours="2", more="x")).changes == {"updated": 1}
    assert api.data("shared") == {"theirs": "kept", "ours": "2", "more": "x"}
    stack.destroy()
    assert api.data("shared") == {"theirs": "kept"}


def test_a_patch_needs_the_name_of_what_it_patches(new_stack: NewStack) -> None:
    assert "metadata.name" in new_stack().fails_to_preview(program(programs.nameless_patch))
