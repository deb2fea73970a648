"""Which route a request gets: host, then path, then one pattern's methods."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Gateway, gatehouse, policy


def route(name: str, path: str, **more: Any) -> dict[str, Any]:
    """A public route whose answer is its name."""
    return {"name": name, "path": path, "access": "public", "respond": {"status": 200, "body": name}, **more}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    routes = [
        route("root", "/"),
        route("files", "/files/**"),
        route("literal", "/files/new"),
        route("one", "/files/{id}"),
        route("deep-literal", "/files/{id}/meta"),
        route("get", "/verbs", methods=["GET"]),
        route("put", "/verbs", methods=["PUT"]),
        route("rest", "/verbs"),
        route("wide", "/narrow/**"),
        route("narrow-post", "/narrow/place", methods=["POST"]),
        route("any-host", "/host"),
        route("exact-host", "/host", hosts=["api.example.com"]),
        route("wild", "/host", hosts=["*.example.com"]),
        route("longer-wild", "/host", hosts=["*.eu.example.com"]),
        route("only-host", "/only", hosts=["api.example.com"]),
        route("shadowed-path", "/precedence/**", hosts=["api.example.com"]),
        route("other-host-path", "/precedence/exact"),
        route("dir", "/dir/{name}/"),
        route("custom", "/custom", methods=["PURGE"]),
    ]
    with Gateway(policy(routes)) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "root"),
        ("/files", "files"),
        ("/files/", "files"),
        ("/files/new", "literal"),
        ("/files/new/", "literal"),
        ("/files/7", "one"),
        ("/files/7/meta", "deep-literal"),
        ("/files/7/other", "files"),
        ("/files/a/b/c", "files"),
        ("/files/new?x=/y", "literal"),
        ("/dir/a", "dir"),
        ("/dir/a/", "dir"),
    ],
)
def test_literal_before_parameter_before_the_rest(gateway: Gateway, path: str, name: str) -> None:
    answer = gateway.ask("GET", path)
    assert (answer.status, answer.body.decode()) == (200, name)


@pytest.mark.parametrize("path", ["/nowhere", "/file", "/filesystem", "/Files", "/dir", "/dir//", "/verbs/x"])
def test_what_no_route_matches_is_404(gateway: Gateway, path: str) -> None:
    assert gateway.ask("GET", path).code == "route_not_found"


@pytest.mark.parametrize(("method", "name"), [("GET", "get"), ("PUT", "put"), ("DELETE", "rest"), ("HEAD", None)])
def test_a_listed_method_comes_before_a_route_without_methods(gateway: Gateway, method: str, name: str | None) -> None:
    answer = gateway.ask(method, "/verbs")
    assert (answer.status, answer.body.decode() or None) == (200, name)


def test_a_wider_pattern_is_never_tried_for_another_method(gateway: Gateway) -> None:
    answer = gateway.ask("GET", "/narrow/place")
    assert (answer.status, answer.code, answer.get("Allow")) == (405, "method_not_allowed", "POST")
    assert gateway.ask("GET", "/narrow/other").body == b"wide"


def test_methods_are_case_sensitive(gateway: Gateway) -> None:
    assert gateway.ask("PURGE", "/custom").status == 200
    assert gateway.ask("purge", "/custom").code == "method_not_allowed"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.example.com", "exact-host"),
        ("API.Example.COM", "exact-host"),
        ("api.example.com:8443", "exact-host"),
        ("api.example.com.", "exact-host"),
        ("www.example.com", "wild"),
        ("a.b.example.com", "wild"),
        ("x.eu.example.com", "longer-wild"),
        ("eu.example.com", "wild"),
        ("example.com", "any-host"),
        ("notexample.com", "any-host"),
        ("[::1]:80", "any-host"),
    ],
)
def test_an_exact_host_before_the_longest_wildcard_before_any(gateway: Gateway, host: str, name: str) -> None:
    assert gateway.ask("GET", "/host", host=host).body.decode() == name


def test_a_route_of_another_host_does_not_exist(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/only", host="www.example.com").code == "route_not_found"


def test_the_host_is_chosen_before_the_path(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/precedence/exact", host="api.example.com").body == b"shadowed-path"
    assert gateway.ask("GET", "/precedence/exact").body == b"other-host-path"


@pytest.mark.parametrize(
    "routes",
    [
        [route("a", "/x", methods=["GET"]), route("b", "/x", methods=["GET", "PUT"])],
        [route("a", "/x"), route("b", "/x")],
        [route("a", "/x/{one}"), route("b", "/x/{other}")],
        [route("same", "/x"), route("same", "/y")],
        [route("a", "/**/x")],
        [route("a", "x")],
        [{"path": "/x", "upstream": "echo"}],
    ],
    ids=[
        "method twice",
        "any method twice",
        "parameters by another name",
        "name twice",
        "rest not last",
        "no slash",
        "no access",
    ],
)
def test_an_ambiguous_table_is_a_configuration_error(tmp_path: Path, routes: list[dict[str, Any]]) -> None:
    file = tmp_path / "gateway.yaml"
    file.write_text(json.dumps(policy(routes)))
    done = gatehouse("check", "--config", file)
    assert done.returncode == 1
    assert "error: routes[" in done.stdout


def test_a_route_without_access_says_what_to_write(tmp_path: Path) -> None:
    file = tmp_path / "gateway.yaml"
    file.write_text(json.dumps(policy([{"path": "/x"}])))
    assert "write `access: public` if you mean it" in gatehouse("check", "--config", file).stdout
