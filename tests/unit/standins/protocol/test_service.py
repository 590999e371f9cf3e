"""The gRPC service: typed answers become messages, failures become statuses."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import override

from tools.standins.protocol import requests
from tools.standins.protocol.engine import Engine
from tools.standins.protocol.errors import (
    InitializationFailedError,
    OutcomeUnknownError,
    ProviderError,
    ResourceGoneError,
)
from tools.standins.protocol.provider import Provider
from tools.standins.protocol.service import Service
from tools.standins.protocol.stubs import (
    Message,
    empty_pb2,
    grpc,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)
from tools.standins.protocol.values import Properties, Secret, decode, encode

URN = "urn:pulumi:dev::sample::parent$sample:index:Thing::name"


class Sample(Provider):
    """Answers as its inputs ask it to."""

    package = "sample"
    version = "1.2.3"

    @override
    def check_config(self, request: requests.CheckRequest) -> requests.CheckAnswer:
        return requests.CheckAnswer(inputs=request.new_inputs)

    @override
    def diff_config(self, request: requests.DiffRequest) -> requests.DiffAnswer:
        return requests.DiffAnswer()

    @override
    def configure(self, request: requests.ConfigureRequest) -> None:
        return

    @override
    def check(self, request: requests.CheckRequest) -> requests.CheckAnswer:
        failure = requests.CheckFailure(property="size", reason="too big")
        return requests.CheckAnswer(inputs=request.new_inputs, failures=[failure])

    @override
    def diff(self, request: requests.DiffRequest) -> requests.DiffAnswer:
        change = requests.PropertyChange(kind=requests.ChangeKind.UPDATE, replace=True)
        return requests.DiffAnswer(changes={"spec.size": change})

    @override
    def create(self, request: requests.CreateRequest) -> requests.CreateAnswer:
        raise_wanted(request.inputs.get("error"))
        outputs = {"name": request.name, "type": request.type, "secret": Secret("x")}
        return requests.CreateAnswer(id="id", outputs=outputs)

    @override
    def read(self, request: requests.ReadRequest) -> requests.ReadAnswer:
        message = "gone"
        raise ResourceGoneError(message)

    @override
    def update(self, request: requests.UpdateRequest) -> Properties:
        return request.new_inputs

    @override
    def delete(self, request: requests.DeleteRequest) -> None:
        return

    @override
    def cancel(self) -> None:
        return


def raise_wanted(error: str | None) -> None:
    message = f"it was {error}"
    if error == "refused":
        raise ProviderError(message)
    if error == "broken":
        raise OutcomeUnknownError(message)
    if error == "unready":
        raise InitializationFailedError(
            message, id="id", properties={"a": 1}, inputs=None, reasons=["why", "else"]
        )


@pytest.fixture(scope="module")
def stub() -> Iterator[Message]:
    server = grpc.server(ThreadPoolExecutor(max_workers=2))
    service = Service(Sample(Engine("")))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    server.stop(None).wait()


def test_the_engine_hears_what_is_understood(stub: Message) -> None:
    answer = stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    assert answer.accept_secrets
    assert not answer.accept_outputs
    assert stub.GetPluginInfo(empty_pb2.Empty()).version == "1.2.3"


def test_name_and_type_come_from_the_urn_when_the_engine_is_old(stub: Message) -> None:
    answer = stub.Create(provider_pb2.CreateRequest(urn=URN))
    outputs = {"name": "name", "type": "sample:index:Thing", "secret": Secret("x")}
    assert (answer.id, decode(answer.properties)) == ("id", outputs)


def test_a_change_that_replaces_is_told_by_its_path(stub: Message) -> None:
    answer = stub.Diff(provider_pb2.DiffRequest(urn=URN))
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(answer.replaces) == ["spec.size"]
    assert list(answer.diffs) == ["spec"]
    kind = answer.detailedDiff["spec.size"].kind
    assert kind == provider_pb2.PropertyDiff.UPDATE_REPLACE


def test_no_changes_are_told_as_none(stub: Message) -> None:
    answer = stub.DiffConfig(provider_pb2.DiffRequest(urn=URN))
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_failed_check_names_the_property(stub: Message) -> None:
    failures = stub.Check(provider_pb2.CheckRequest(urn=URN)).failures
    assert [(failure.property, failure.reason) for failure in failures] == [("size", "too big")]


def test_a_resource_that_is_gone_has_no_id(stub: Message) -> None:
    assert stub.Read(provider_pb2.ReadRequest(urn=URN, id="id")).id == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("refused", grpc.StatusCode.FAILED_PRECONDITION),
        ("broken", grpc.StatusCode.UNKNOWN),
        ("unready", grpc.StatusCode.UNKNOWN),
    ],
)
def test_errors_have_the_code_that_the_engine_acts_on(
    stub: Message, error: str, code: Message
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.Create(provider_pb2.CreateRequest(urn=URN, properties=encode({"error": error})))
    assert caught.value.code() == code
    assert caught.value.details() == f"it was {error}"


def test_an_object_that_is_not_ready_comes_with_its_state_and_the_reasons(stub: Message) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.Create(provider_pb2.CreateRequest(urn=URN, properties=encode({"error": "unready"})))
    trailers = dict(caught.value.trailing_metadata())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert (detail.id, decode(detail.properties)) == ("id", {"a": 1})
    assert list(detail.reasons) == ["why", "else"]


def test_what_is_not_offered_names_the_official_plug_in(stub: Message) -> None:
    with pytest.raises(grpc.RpcError, match="pulumi plugin install resource sample"):
        stub.Construct(provider_pb2.ConstructRequest(type="sample:index:Component"))
