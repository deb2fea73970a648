"""Bytes that no HTTP client should send: refused, the connection closed, and nothing of them recorder."""

from collections.abc import Iterator

import pytest
from harness import Answer, Gateway, Recorder, policy

HOST = "Host: localhost\r\n"
POST = f"POST / HTTP/1.1\r\n{HOST}"
CHUNKED = f"{POST}Transfer-Encoding: chunked\r\n\r\n"

MALFORMED = {
    "length and coding": f"{POST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding and length": f"{POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": f"{POST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "the same length twice": f"{POST}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "a list of lengths": f"{POST}Content-Length: 3, 3\r\n\r\nabc",
    "a signed length": f"{POST}Content-Length: +3\r\n\r\nabc",
    "a negative length": f"{POST}Content-Length: -1\r\n\r\n",
    "a hexadecimal length": f"{POST}Content-Length: 0x3\r\n\r\nabc",
    "a length with a space": f"{POST}Content-Length: 3 3\r\n\r\nabc",
    "an empty length": f"{POST}Content-Length:\r\n\r\n",
    "a length beyond 64 bits": f"{POST}Content-Length: 18446744073709551617\r\n\r\n",
    "a length of letters": f"{POST}Content-Length: abc\r\n\r\n",
    "a coding that is not chunked": f"{POST}Transfer-Encoding: gzip\r\n\r\n",
    "a coding that resembles chunked": f"{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked before another": f"{POST}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "chunked twice": f"{POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "identity": f"{POST}Transfer-Encoding: identity\r\n\r\n",
    "chunked in quotes": f'{POST}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "a coding behind a vertical tab": f"{POST}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "coding in HTTP/1.0": f"POST / HTTP/1.0\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": f"{POST}Content-Length : 3\r\n\r\nabc",
    "a tab before the colon": f"{POST}Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
    "a folded line": f"{POST}X-A: 1\r\n b\r\n\r\n",
    "a folded coding": f"{POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a first line that is folded": f"POST / HTTP/1.1\r\n {HOST}\r\n",
    "bare LF after the request line": f"GET / HTTP/1.1\n{HOST}\r\n",
    "bare LF after a header": "GET / HTTP/1.1\r\nHost: localhost\nX-A: 1\r\n\r\n",
    "bare LF at the end": f"GET / HTTP/1.1\r\n{HOST}\n",
    "LF everywhere": "GET / HTTP/1.1\nHost: localhost\n\n",
    "a bare CR in a value": f"GET / HTTP/1.1\r\n{HOST}X-A: 1\rContent-Length: 3\r\n\r\n",
    "a NUL in a value": f"GET / HTTP/1.1\r\n{HOST}X-A: 1\x002\r\n\r\n",
    "a control byte in a value": f"GET / HTTP/1.1\r\n{HOST}X-A: 1\x012\r\n\r\n",
    "a NUL in a name": f"GET / HTTP/1.1\r\n{HOST}X\x00A: 1\r\n\r\n",
    "an empty name": f"GET / HTTP/1.1\r\n{HOST}: 1\r\n\r\n",
    "a name with a space": f"GET / HTTP/1.1\r\n{HOST}X A: 1\r\n\r\n",
    "a name with a high byte": f"GET / HTTP/1.1\r\n{HOST}X\xe9: 1\r\n\r\n",
    "a line without a colon": f"GET / HTTP/1.1\r\n{HOST}X-A\r\n\r\n",
    "no Host": "GET / HTTP/1.1\r\n\r\n",
    "two Hosts": f"GET / HTTP/1.1\r\n{HOST}{HOST}\r\n",
    "two different Hosts": f"GET / HTTP/1.1\r\n{HOST}Host: other\r\n\r\n",
    "a Host with a space": "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a Host with a path": "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "a Host with a user": "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
    "a Host with a bad port": "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
    "a Host with half a bracket": "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
    "a Host that is a list": "GET / HTTP/1.1\r\nHost: a,b\\c\r\n\r\n",
    "HTTP/0.9": "GET /\r\n\r\n",
    "a lower case version": f"GET / http/1.1\r\n{HOST}\r\n",
    "a version of letters": f"GET / HTTP/x.y\r\n{HOST}\r\n",
    "a version of two digits": f"GET / HTTP/1.10\r\n{HOST}\r\n",
    "two spaces before the target": f"GET  / HTTP/1.1\r\n{HOST}\r\n",
    "two spaces before the version": f"GET /  HTTP/1.1\r\n{HOST}\r\n",
    "a space in the target": f"GET /a b HTTP/1.1\r\n{HOST}\r\n",
    "a tab for a space": f"GET\t/\tHTTP/1.1\r\n{HOST}\r\n",
    "a leading space": f" GET / HTTP/1.1\r\n{HOST}\r\n",
    "a trailing space": f"GET / HTTP/1.1 \r\n{HOST}\r\n",
    "a method that is no token": f"GE(T / HTTP/1.1\r\n{HOST}\r\n",
    "no method": f" / HTTP/1.1\r\n{HOST}\r\n",
    "no target": f"GET HTTP/1.1\r\n{HOST}\r\n",
    "a TLS hello": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "the HTTP/2 preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}
BAD_CHUNKS = {
    "no size": "\r\nabc\r\n0\r\n\r\n",
    "a size of letters": "xyz\r\nabc\r\n0\r\n\r\n",
    "a negative size": "-3\r\nabc\r\n0\r\n\r\n",
    "a signed size": "+3\r\nabc\r\n0\r\n\r\n",
    "a size with 0x": "0x3\r\nabc\r\n0\r\n\r\n",
    "a size beyond 64 bits": "10000000000000003\r\nabc\r\n0\r\n\r\n",
    "a size behind a space": " 3\r\nabc\r\n0\r\n\r\n",
    "more data than said": "3\r\nabcd\r\n0\r\n\r\n",
    "a size ended by LF": "3\nabc\r\n0\r\n\r\n",
    "data ended by LF": "3\r\nabc\n0\r\n\r\n",
    "data ended by CR alone": "3\r\nabc\r0\r\n\r\n",
    "an extension with a control byte": "3;a=\x01\r\nabc\r\n0\r\n\r\n",
    "a bare CR in an extension": "3;a\rb\r\nabc\r\n0\r\n\r\n",
    "a trailer without a colon": "0\r\nX-A\r\n\r\n",
    "a trailer with a space before the colon": "0\r\nX-A : 1\r\n\r\n",
}
OTHERS = {
    "CONNECT": ("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n", 501),
    "TRACE": (f"TRACE / HTTP/1.1\r\n{HOST}\r\n", 405),
    "an unknown coding before chunked": (f"{POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "HTTP/2.0": (f"GET / HTTP/2.0\r\n{HOST}\r\n", 505),
    "HTTP/3.0": (f"GET / HTTP/3.0\r\n{HOST}\r\n", 505),
    "another expectation": (f"{POST}Expect: 200-maybe\r\nContent-Length: 0\r\n\r\n", 417),
}
ACCEPTED = {
    "an empty line first": f"\r\nGET / HTTP/1.1\r\n{HOST}\r\n",
    "no space after the colon": "GET / HTTP/1.1\r\nHost:localhost\r\n\r\n",
    "tabs around a value": "GET / HTTP/1.1\r\nHost:\t localhost\t \r\n\r\n",
    "an empty value": f"GET / HTTP/1.1\r\n{HOST}X-A:\r\n\r\n",
    "a high byte in a value": f"GET / HTTP/1.1\r\n{HOST}X-A: caf\xe9\r\n\r\n",
    "names in any case": "GET / HTTP/1.1\r\nhOsT: localhost\r\n\r\n",
    "every token character in a name": f"GET / HTTP/1.1\r\n{HOST}!#$%&'*+-.^_`|~1a: 1\r\n\r\n",
    "CHUNKED": f"{POST}Transfer-Encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "leading zeros of a size": f"{CHUNKED}0003\r\nabc\r\n000\r\n\r\n",
    "a chunk extension": f'{CHUNKED}3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n',
    "a trailer": f"{CHUNKED}3\r\nabc\r\n0\r\nX-A: 1\r\n\r\n",
    "a length with leading zeros": f"{POST}Content-Length: 003\r\n\r\nabc",
    "an IPv6 Host": "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
}


@pytest.fixture(scope="module")
def gateway(recorder: Recorder) -> Iterator[Gateway]:
    app = {"servers": [recorder.url]}
    with Gateway(policy([{"path": "/**", "access": "public", "upstream": "app"}], upstreams={"app": app})) as running:
        yield running


def answer_and_end(gateway: Gateway, sent: str, *, by_byte: bool = False) -> tuple[Answer, bool]:
    """The answer to these bytes, and whether the connection ended after it."""
    with gateway.raw() as client:
        pieces = [sent[index : index + 1] for index in range(len(sent))] if by_byte else [sent]
        try:
            for piece in pieces:
                client.send(piece)
        except ConnectionError:
            pass  # Refused before the last byte, which is well.
        return client.answer(), client.is_closed()


def nothing_but_the_sentinel(gateway: Gateway, recorder: Recorder) -> bool:
    """Whether the next request is the first thing that the upstream sees."""
    assert gateway.ask("GET", "/sentinel").status == 200
    seen = [request.target for request in recorder.requests]
    recorder.forget()
    return seen == ["/sentinel"]


@pytest.mark.parametrize("by_byte", [False, True], ids=["whole", "by byte"])
@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_400_and_the_end(gateway: Gateway, recorder: Recorder, sent: str, by_byte: bool) -> None:
    recorder.forget()
    answer, closed = answer_and_end(gateway, sent, by_byte=by_byte)
    assert answer.status in ((400, 505) if "HTTP/2.0" in sent else (400,))
    assert closed
    assert nothing_but_the_sentinel(gateway, recorder)


@pytest.mark.parametrize("by_byte", [False, True], ids=["whole", "by byte"])
@pytest.mark.parametrize("body", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
def test_a_bad_chunk_is_400_and_never_a_whole_request(
    gateway: Gateway, recorder: Recorder, body: str, by_byte: bool
) -> None:
    recorder.forget()
    answer, closed = answer_and_end(gateway, CHUNKED + body, by_byte=by_byte)
    assert answer.status == 400
    assert closed
    assert nothing_but_the_sentinel(gateway, recorder)


@pytest.mark.parametrize(("sent", "status"), OTHERS.values(), ids=OTHERS)
def test_what_this_gateway_does_not_do_has_its_own_status(
    gateway: Gateway, recorder: Recorder, sent: str, status: int
) -> None:
    recorder.forget()
    with gateway.raw() as client:
        client.send(sent)
        assert client.answer().status == status
    assert nothing_but_the_sentinel(gateway, recorder)


@pytest.mark.parametrize("by_byte", [False, True], ids=["whole", "by byte"])
@pytest.mark.parametrize("sent", ACCEPTED.values(), ids=ACCEPTED)
def test_what_the_rfc_allows_is_accepted(gateway: Gateway, sent: str, by_byte: bool) -> None:
    with gateway.raw() as client:
        for piece in [sent[index : index + 1] for index in range(len(sent))] if by_byte else [sent]:
            client.send(piece)
        assert client.answer().status == 200
        assert client.ask("GET", "/again").status == 200


def test_a_refused_request_does_not_hide_another_behind_it(gateway: Gateway, recorder: Recorder) -> None:
    recorder.forget()
    smuggled = f"GET /smuggled HTTP/1.1\r\n{HOST}\r\n"
    answer, closed = answer_and_end(
        gateway, f"{POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"
    )
    assert (answer.status, closed) == (400, True)
    assert nothing_but_the_sentinel(gateway, recorder)


def test_the_code_of_a_malformed_request(gateway: Gateway) -> None:
    answer, _ = answer_and_end(gateway, MALFORMED["two lengths"])
    assert (answer.code, answer.get("Connection")) == ("request_malformed", "close")
