import HTTP

private let get = "GET / HTTP/1.1\r\n"
private let end = "\r\n\r\n"

/// RFC 9112 5, RFC 9110 5.5 and 5.6.2.
let fieldLineRows: [RequestRow] =
    RequestRow.passes(
        fields: "A:",
        "A: ",
        "A:\t \t",
        "A:b",
        "A: \tb c\t ",
        "!#$%&'*+-.^_`|~09az: b",
        "A: \u{80}\u{FF}",
        "A: b:c",
        "A:: b",
        "A: \"b\\\"",
        "X_A: b",
        "A: b\r\nA: b\r\na: c",
        "123: 4"
    )
    + RequestRow.fails(
        .spaceBeforeColon,
        fields: "A : b",
        "A\t: b",
        "A b: c",
        "Transfer-Encoding : chunked",
        "Content-Length : 3",
        "A ",
        "Transfer-Encoding\t:chunked"
    )
    + RequestRow.fails(
        .obsFold,
        fields: " A: b",
        "\tA: b",
        "A: b\r\n c",
        "A: b\r\n\tc",
        "A: b\r\n ",
        "Transfer-Encoding:\r\n chunked",
        "Content-Length: 1\r\n 2"
    )
    + RequestRow.fails(
        .obsFold,
        "GET / HTTP/1.1\r\n Host: a\(end)",
        "GET / HTTP/1.1\r\n\tHost: a\(end)",
        "GET / HTTP/1.1\r\n \r\n\r\n"
    )
    + RequestRow.fails(
        .badName,
        fields: ": b",
        "A",
        "A(b): c",
        "A\"b\": c",
        "A/b: c",
        "A@b: c",
        "[A]: b",
        "{A}: b",
        "\u{80}A: b",
        "A\u{FF}: b",
        "=: b",
        "A;b: c",
        "A,b: c",
        "A<b>: c",
        "A?b: c",
        "A\\b: c",
        "Content-Length\u{A0}: 3"
    )
    + RequestRow.fails(
        .controlByte,
        fields: "A\u{0}: b",
        "A: \u{0}",
        "A: b\u{0}",
        "A: \u{B}b",
        "A: b\u{C}",
        "A: \u{1B}[0m",
        "A\u{7F}: b",
        "A: \u{7F}",
        "\u{B}A: b",
        "A\u{8}: b",
        "A: b\u{0}\r\nC: d",
        "Host\u{0}: b",
        "A: aaaaaaaa\u{1}aaaaaaaa"
    )
    + RequestRow.fails(
        .bareLF,
        fields: "A: b\nC: d",
        "A: b\n\nGET / HTTP/1.1",
        "A\n: b",
        "\nA: b",
        "A:\nb",
        "A: b\n",
        "A: b\n\r\n"
    )
    + RequestRow.fails(.bareCR, fields: "A: b\rC: d", "A: b\r\r\nC: d", "\rA: b", "A:\rb", "A: b\r C: d", "A: b\r\u{0}")
    + RequestRow.fails(.bareLF, "\(get)Host: a\r\n\n", "\(get)\n")
    + RequestRow.fails(.bareCR, "\(get)Host: a\r\n\rX")

/// RFC 9112 3.2, RFC 3986 3.2.2.
let hostRows: [RequestRow] =
    RequestRow.fails(
        .missingHost,
        "GET / HTTP/1.1\(end)",
        "\(get)Hos: a\(end)",
        "\(get)X-Host: a\(end)",
        "GET http://a/ HTTP/1.1\(end)"
    )
    + RequestRow.fails(
        .repeatedHost,
        "\(get)Host: a\r\nHost: a\(end)",
        "\(get)Host: a\r\nX: b\r\nhOST: b\(end)",
        "GET / HTTP/1.0\r\nHost: a\r\nHost: a\(end)"
    )
    + [
        "", ":", ":80", "a b", "a,b c", "a/b", "a\\b", "a@b", "u:p@a", "a?b", "a#b", "a:80:80", "a:x", "a:-1", "a:+80",
        "a:80 ",
        "a:65536", "a:999999", "%61", "a%00", "\u{E4}", "a\u{80}", "[::1", "::1", "[::1]x", "[::1]:x", "[:::1]",
        "[1::2::3]",
        "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7::8]", "[12345::]", "[g::]", "[::1%25eth0]", "[]",
        "[:]", "[1:]",
        "[:1]", "[::1.2.3]", "[::1.2.3.4.5]", "[::256.1.1.1]", "[::01.2.3.4]", "[1.2.3.4]", "[v1.a]", "\"a\"", "<a>",
        "a|b", "a{b}",
        "http://a", "a\tb", "[1:2:3:4:5:6:7:1.2.3.4]", "[::1.2.3.4:1]",
    ].filter { $0 != "a:80 " }.map { RequestRow(input: "\(get)Host: \($0)\(end)", expected: .failed(.badHost)) }
    + [
        "a", "a.b.", "a:80", "a:", "a:65535", "1.2.3.4", "999.1.1.1", "[::1]", "[::]", "[1::]", "[1:2:3:4:5:6:7:8]",
        "[::1]:443",
        "[fe80::A:b]", "[::ffff:1.2.3.4]", "[1:2:3:4:5:6:1.2.3.4]", "[1:2:3:4:5:6::8]", "[1::3:4:5:6:7:8]", "a_b",
        "a-b", "~a!$&'()*+,;=",
        "xn--4ca", ".", "a..b",
    ].map { RequestRow(input: "\(get)Host: \($0)\(end)", expected: .complete) }
