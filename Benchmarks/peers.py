"""nginx, HAProxy and Envoy, each with one worker and the best configuration we know for the job.

nginx keeps connections to the upstream and has buffers for large answers; HAProxy reuses every connection;
Envoy has its cache of verified tokens. None of them writes an access log, and each injects one identity header.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from material import AUDIENCE, ISSUER, SCOPE, Material
from process import Service

UPSTREAM_PORT = 9300
TYPES = "type.googleapis.com/envoy.extensions"


class Peers:
    """Writes configurations into a folder and names the services that run them."""

    def __init__(self, work: Path, material: Material) -> None:
        self.work = work
        self.material = material

    def upstream(self, body_bytes: int) -> Service:
        """The service behind every gateway: nginx with a fixed answer, keeping every connection."""
        (self.work / "www/orders").mkdir(parents=True, exist_ok=True)
        if body_bytes <= 2048:
            answer = f'default_type text/plain; return 200 "{"x" * body_bytes}";'
        else:
            (self.work / "www/orders/1").write_bytes(b"x" * body_bytes)
            answer = f"root {self.work}/www; sendfile on; default_type text/plain;"
        server = f"listen 127.0.0.1:{UPSTREAM_PORT} backlog=4096; location / {{ {answer} }}"
        http = f"keepalive_requests 100000000; keepalive_timeout 600s; server {{ {server} }}"
        return self._nginx("upstream", UPSTREAM_PORT, http)

    def nginx(self, port: int, tls: bool = False) -> Service:
        """Plain proxying; nginx checks no token, and is the reference all the same."""
        listen = f"listen 127.0.0.1:{port} {'ssl' if tls else ''} backlog=4096;"
        if tls:
            listen += f" ssl_certificate {self.material.certificate};"
            listen += f" ssl_certificate_key {self.material.certificate_key};"
        http = f"""
 keepalive_requests 100000000;
 upstream u {{ server 127.0.0.1:{UPSTREAM_PORT}; keepalive 128; keepalive_requests 100000000; }}
 server {{
  {listen}
  location / {{
   proxy_http_version 1.1;
   proxy_set_header Connection "";
   proxy_set_header Host $host;
   proxy_set_header X-Forwarded-For $remote_addr;
   proxy_set_header X-Forwarded-Proto $scheme;
   proxy_buffers 16 64k;
   proxy_busy_buffers_size 128k;
   proxy_max_temp_file_size 0;
   proxy_pass http://u;
  }}
 }}"""
        return self._nginx("nginx", port, http, tls)

    def haproxy(self, port: int, tokens: bool = False, tls: bool = False, buffer_bytes: int = 16384) -> Service:
        """HAProxy; with `tokens` it checks algorithm, issuer, audience, expiry, signature and scope."""
        secure = f" ssl crt {self.material.certificate_and_key} alpn http/1.1" if tls else ""
        rules = self._haproxy_rules() if tokens else ""
        text = f"""global
  nbthread 1
  tune.bufsize {buffer_bytes}
  maxconn 9500
defaults
  mode http
  timeout connect 5s
  timeout client 75s
  timeout server 60s
  timeout http-request 10s
  timeout http-keep-alive 75s
  option http-keep-alive
  http-reuse always
frontend f
  bind 127.0.0.1:{port} backlog 4096{secure}
  option forwardfor{rules}
  default_backend b
backend b
  server s 127.0.0.1:{UPSTREAM_PORT}
"""
        name = "haproxy-token" if tokens else "haproxy"
        return Service(name, port, ["haproxy", "-db", "-f", self._write(f"{name}.cfg", text)], tls)

    def envoy(self, port: int, tokens: bool = False, tls: bool = False) -> Service:
        """Envoy; with `tokens` jwt_authn with its cache, and RBAC for the scope."""
        name = "envoy-token" if tokens else "envoy"
        manager = {
            "@type": f"{TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "h",
            "use_remote_address": True,
            "normalize_path": True,
            "merge_slashes": True,
            "route_config": {
                "virtual_hosts": [
                    {
                        "name": "v",
                        "domains": ["*"],
                        "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "u"}}],
                    }
                ]
            },
            "http_filters": (self._envoy_token_filters() if tokens else [])
            + [
                {
                    "name": "envoy.filters.http.router",
                    "typed_config": {"@type": f"{TYPES}.filters.http.router.v3.Router"},
                }
            ],
        }
        filters = [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]
        chain: dict[str, Any] = {"filters": filters}
        if tls:
            chain["transport_socket"] = self._envoy_tls()
        listener = {"address": envoy_address(port), "filter_chains": [chain]}
        endpoint = {"endpoint": {"address": envoy_address(UPSTREAM_PORT)}}
        most = {"max_connections": 20000, "max_pending_requests": 20000, "max_requests": 20000}
        cluster = {
            "name": "u",
            "type": "STATIC",
            "connect_timeout": "5s",
            "circuit_breakers": {"thresholds": [most]},
            "load_assignment": {"cluster_name": "u", "endpoints": [{"lb_endpoints": [endpoint]}]},
        }
        file = self._write(
            f"{name}.json", json.dumps({"static_resources": {"listeners": [listener], "clusters": [cluster]}})
        )
        options = ["--concurrency", "1", "-l", "error", "--use-dynamic-base-id"]
        return Service(name, port, ["envoy", "-c", file, *options], tls)

    # Details

    def _write(self, name: str, text: str) -> str:
        file = self.work / name
        file.write_text(text)
        return str(file)

    def _nginx(self, name: str, port: int, http: str, tls: bool = False) -> Service:
        text = f"""daemon off; worker_processes 1; pid {self.work}/{name}.pid; error_log stderr crit;
worker_rlimit_nofile 20000;
events {{ worker_connections 19000; }}
http {{ access_log off; {http} }}
"""
        return Service(name, port, ["nginx", "-c", self._write(f"{name}.conf", text)], tls)

    def _haproxy_rules(self) -> str:
        claims = "\n".join(
            f"  http-request set-var(txn.{claim}) http_auth_bearer,jwt_payload_query('$.{claim}')"
            for claim in ("iss", "aud", "sub", "scope")
        )
        return f"""
  http-request del-header x-auth-subject
  http-request set-var(txn.alg) http_auth_bearer,jwt_header_query('$.alg')
{claims}
  http-request set-var(txn.exp) http_auth_bearer,jwt_payload_query('$.exp','int')
  http-request set-var(txn.now) date()
  http-request deny deny_status 401 unless {{ var(txn.alg) -m str ES256 }}
  http-request deny deny_status 401 unless {{ var(txn.iss) -m str {ISSUER} }}
  http-request deny deny_status 401 unless {{ var(txn.aud) -m str {AUDIENCE} }}
  http-request deny deny_status 401 if {{ var(txn.exp),sub(txn.now) -m int lt 0 }}
  http-request deny deny_status 401 unless {{ http_auth_bearer,jwt_verify(txn.alg,"{self.material.public_key}") 1 }}
  http-request deny deny_status 403 unless {{ var(txn.scope) -m sub {SCOPE} }}
  http-request set-header x-auth-subject %[var(txn.sub)]"""

    def _envoy_token_filters(self) -> list[dict[str, Any]]:
        provider = {
            "issuer": ISSUER,
            "audiences": [AUDIENCE],
            "local_jwks": {"inline_string": self.material.jwks.read_text()},
            "forward": True,
            "claim_to_headers": [{"header_name": "x-auth-subject", "claim_name": "sub"}],
            "payload_in_metadata": "jwt",
            "jwt_cache_config": {"jwt_cache_size": 1000},
        }
        holds_scope = {
            "filter": "envoy.filters.http.jwt_authn",
            "path": [{"key": "jwt"}, {"key": "scope"}],
            "value": {"string_match": {"contains": SCOPE}},
        }
        policy = {"permissions": [{"any": True}], "principals": [{"metadata": holds_scope}]}
        return [
            {
                "name": "envoy.filters.http.jwt_authn",
                "typed_config": {
                    "@type": f"{TYPES}.filters.http.jwt_authn.v3.JwtAuthentication",
                    "providers": {"p": provider},
                    "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "p"}}],
                },
            },
            {
                "name": "envoy.filters.http.rbac",
                "typed_config": {
                    "@type": f"{TYPES}.filters.http.rbac.v3.RBAC",
                    "rules": {"action": "ALLOW", "policies": {"read": policy}},
                },
            },
        ]

    def _envoy_tls(self) -> dict[str, Any]:
        pair = {
            "certificate_chain": {"filename": str(self.material.certificate)},
            "private_key": {"filename": str(self.material.certificate_key)},
        }
        return {
            "name": "tls",
            "typed_config": {
                "@type": f"{TYPES}.transport_sockets.tls.v3.DownstreamTlsContext",
                "common_tls_context": {"alpn_protocols": ["http/1.1"], "tls_certificates": [pair]},
            },
        }


def envoy_address(port: int) -> dict[str, Any]:
    """A loopback address as Envoy writes it."""
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
