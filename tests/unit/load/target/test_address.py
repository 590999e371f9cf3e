import pytest

from tools.errors import UserError
from tools.load.target.address import base_url, is_harmless


class TestBaseUrl:
    @pytest.mark.parametrize(
        "given",
        ["http://h:8000", "http://h:8000/", "http://h:8000/v1", "http://h:8000/v1/"],
    )
    def test_may_be_given_with_or_without_the_version(self, given: str) -> None:
        assert base_url(given) == "http://h:8000"

    def test_keeps_a_path_of_a_gateway(self) -> None:
        assert base_url("https://h/llm/v1") == "https://h/llm"

    @pytest.mark.parametrize(
        "given", ["", "h:8000", "ftp://h", "http://", "http://h:0", "http://h:99999", "http://a b"]
    )
    def test_that_is_none_is_one_clear_error(self, given: str) -> None:
        with pytest.raises(UserError, match="isn't the URL of a server; allowed: http://HOST"):
            base_url(given)

    def test_with_a_login_is_refused_and_not_repeated(self) -> None:
        with pytest.raises(UserError) as caught:
            base_url("http://me:secret@h")
        assert "secret" not in str(caught.value)
        assert "LLMD_LOAD_API_KEY" in str(caught.value)

    def test_with_a_broken_login_is_not_repeated_either(self) -> None:
        with pytest.raises(UserError) as caught:
            base_url("http://me:secret@h:port")
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize("given", ["http://h/?a=1", "http://h/#a"])
    def test_with_a_query_or_a_fragment_is_refused(self, given: str) -> None:
        with pytest.raises(UserError, match="query or a fragment"):
            base_url(given)


class TestHarmlessTarget:
    @pytest.mark.parametrize(
        "base",
        [
            "http://localhost:8000",
            "http://127.0.0.1",
            "http://127.1.2.3",
            "http://[::1]:8000",
            "http://gateway.llm.svc",
            "http://gateway.llm.svc.cluster.local:80",
        ],
    )
    def test_is_this_machine_or_a_service(self, base: str) -> None:
        assert is_harmless(base)

    @pytest.mark.parametrize(
        "base",
        [
            "https://api.example.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "http://a.svc.example.com",
            "http://127.0.0.1.example.com",
            "http://gateway",
        ],
    )
    def test_is_nothing_else(self, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
        assert not is_harmless(base)

    def test_short_name_is_a_services_inside_of_a_cluster(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
        assert is_harmless("http://gateway")
