import HTTP

private let end = "\r\n\r\n"

/// RFC 9112 2.2, 2.3, 3.
let requestLineRows: [RequestRow] =
    RequestRow.passes(
        "\r\nGET / HTTP/1.1\r\nHost: a\(end)",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\(end)",
        "GET / HTTP/1.0\(end)",
        "GET / HTTP/1.2\r\nHost: a\(end)",
        "GET / HTTP/1.9\r\nHost: a\(end)",
        "get / HTTP/1.1\r\nHost: a\(end)",
        "PURGE / HTTP/1.1\r\nHost: a\(end)",
        "TRACE / HTTP/1.1\r\nHost: a\(end)",
        "M-SEARCH / HTTP/1.1\r\nHost: a\(end)",
        "\(String(repeating: "M", count: 64)) / HTTP/1.1\r\nHost: a\(end)"
    )
    + RequestRow.fails(
        .badMethod,
        "\r\n\r\n\r\nGET / HTTP/1.1",
        " GET / HTTP/1.1",
        "\tGET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET\r\n",
        "G\u{0}T / HTTP/1.1",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}",
        "GET\u{B}/ HTTP/1.1",
        "G(T / HTTP/1.1",
        "\"GET\" / HTTP/1.1",
        "GET@ / HTTP/1.1",
        "\u{80}\u{2E}\u{1}",
        "\n",
        "\u{0}",
        "{}",
        "GET/ / HTTP/1.1",
        "\u{FE}\u{FF}GET / HTTP/1.1",
        "POST\u{A0}/ HTTP/1.1",
        ":method: GET"
    )
    + RequestRow.fails(.bareCR, "\rGET / HTTP/1.1", "\r\r\n", "GET / HTTP/1.1\rHost: a", "GET / HTTP/1.1\r\r\n")
    + RequestRow.fails(.bareLF, "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\n\r\n")
    + RequestRow.fails(
        .badVersion,
        "GET / \r\n",
        "GET /  HTTP/1.1\r\n",
        "GET /a b HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/1\r\n",
        "GET / HTTP/1.1 \r\n",
        "GET / HTTP/1.10\r\n",
        "GET / HTTP/11.1",
        "GET / HTTP/1,1",
        "GET / HTTP /1.1",
        "GET / HTTP/0.9\r\n",
        "GET / HTTP/a.1",
        "GET / HTTP/1.a",
        "GET / HTTP/+1.1",
        "GET / XTTP/1.1",
        "GET / HTTPS/1.1",
        "GET / HTTP/1.1\tHost",
        "GET / HTTP/1.1\u{0}\r\n",
        "GET / HTTP/\r\n",
        "GET / HTT\r\n",
        "GET / ICE/1.0\r\n"
    )
    + RequestRow.fails(
        .versionNotSupported,
        "GET / HTTP/2.0\r\n",
        "GET / HTTP/3.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/9.9"
    )
    + RequestRow.fails(.connectNotImplemented, "CONNECT a:443 HTTP/1.1\r\n", "CONNECT / HTTP/1.1\r\n", "CONNECT ")
    + RequestRow.fails(
        .methodTooLong,
        String(repeating: "M", count: 65),
        "\(String(repeating: "M", count: 65)) / HTTP/1.1"
    )

/// RFC 9112 3.2. What a path may contain is the normaliser's business.
let targetRows: [RequestRow] =
    RequestRow.passes(
        "GET /a?b?c=/d%zz HTTP/1.1\r\nHost: a\(end)",
        "GET //a//b HTTP/1.1\r\nHost: a\(end)",
        "GET /\u{80}?\u{FF} HTTP/1.1\r\nHost: a\(end)",
        "GET /?[{|}]\\^`\"<> HTTP/1.1\r\nHost: a\(end)",
        "GET /a#b HTTP/1.1\r\nHost: a\(end)",
        "GET /a\u{1}b HTTP/1.1\r\nHost: a\(end)",
        "GET /a\tb HTTP/1.1\r\nHost: a\(end)",
        "OPTIONS * HTTP/1.1\r\nHost: a\(end)",
        "OPTIONS http://a HTTP/1.1\r\nHost: a\(end)",
        "GET http://a HTTP/1.1\r\nHost: a\(end)",
        "GET http://a?b HTTP/1.1\r\nHost: a\(end)",
        "GET http://a/b HTTP/1.1\r\nHost: a\(end)",
        "GET HTTP://A.b:80/ HTTP/1.1\r\nHost: a.B:80\(end)",
        "GET http://[::1]:80/ HTTP/1.1\r\nHost: [::1]:80\(end)",
        "GET http://a/ HTTP/1.0\(end)",
        "GET ws+x.y-z://a/ HTTP/1.1\r\nHost: a\(end)"
    )
    + RequestRow.fails(
        .badTarget,
        "GET  / HTTP/1.1",
        "GET \r\n",
        "GET /\r\n",
        "GET /\nHost: a",
        "GET * HTTP/1.1\r\n",
        "OPTIONS ** HTTP/1.1\r\n",
        "GET a HTTP/1.1\r\n",
        "GET a:80 HTTP/1.1\r\n",
        "GET ?a HTTP/1.1\r\n",
        "GET #a HTTP/1.1\r\n",
        "GET http:/a HTTP/1.1\r\n",
        "GET http:a HTTP/1.1\r\n",
        "GET http:// HTTP/1.1\r\n",
        "GET http:/// HTTP/1.1\r\n",
        "GET 1http://a/ HTTP/1.1\r\n",
        "GET http://u@a/ HTTP/1.1\r\n",
        "GET http://u:p@a/ HTTP/1.1\r\n",
        "GET http://a:x/ HTTP/1.1\r\n",
        "GET http://a\\b/ HTTP/1.1\r\n",
        "GET :// HTTP/1.1\r\n",
        "GET ://a/ HTTP/1.1\r\n",
        "GET /?a#b HTTP/1.1\r\n",
        "GET /?a\u{0}b HTTP/1.1\r\n",
        "GET /?\u{7F} HTTP/1.1\r\n",
        "GET /?a\tb HTTP/1.1\r\n",
        "GET http://a?\u{1} HTTP/1.1\r\n",
        "GET \u{0} HTTP/1.1\r\n",
        "GET \\ HTTP/1.1\r\n",
        "GET %2F HTTP/1.1\r\n",
        "GET javascript:alert(1) HTTP/1.1\r\n"
    )
    + RequestRow.fails(
        .absoluteFormContradictsHost,
        "GET http://a/ HTTP/1.1\r\nHost: b\(end)",
        "GET http://a/ HTTP/1.1\r\nHost: a:80\(end)",
        "GET http://a:80/ HTTP/1.1\r\nHost: a\(end)",
        "GET http://a./ HTTP/1.1\r\nHost: a\(end)",
        "GET http://a/ HTTP/1.0\r\nHost: b\(end)",
        "OPTIONS http://a HTTP/1.1\r\nHost: b\(end)"
    )
