"""A reader of the access log that stalls costs lines, never requests."""

from typing import Any

from harness import Gateway, eventually, policy

# Together more than what the pipe and the gateway's queue hold.
REQUESTS, PATH = 4000, "/" + "x" * 2000


class UnreadGateway(Gateway):
    """Nobody reads its standard output."""

    def _read_log(self, stream: Any) -> None:
        self.unread = stream


def test_lines_are_dropped_and_counted_while_requests_are_served() -> None:
    with UnreadGateway(policy([{"path": "/**", "access": "public", "respond": {"status": 204}}])) as gateway:
        assert gateway.metric("log_dropped_total") == 0
        with gateway.raw() as client:
            for _ in range(REQUESTS):
                assert client.ask("GET", PATH).status == 204
        eventually(lambda: gateway.metric("log_dropped_total") > 0)
        assert gateway.metric("requests_total", status="204") == REQUESTS
        assert gateway.get("/").status_code == 204
