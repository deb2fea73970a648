import HTTP

private let end = "\r\n\r\n"

/// RFC 9112 6 and RFC 9110 8.6, 10.1.1.
let framingRows: [RequestRow] =
    RequestRow.passes(
        fields: "Content-Length: 0",
        "Content-Length: 5",
        "Content-Length: 007",
        "Content-Length: 9223372036854775807",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: CHUNKED",
        "transfer-encoding:\tchunked \t",
        "Expect: 100-continue",
        "Expect: 100-Continue\r\nContent-Length: 1",
        "TE: trailers",
        "Trailer: X"
    )
    + RequestRow.fails(
        .badContentLength,
        fields: "Content-Length:",
        "Content-Length: +1",
        "Content-Length: -1",
        "Content-Length: 1,1",
        "Content-Length: 1, 1",
        "Content-Length: 1 1",
        "Content-Length: 0x1",
        "Content-Length: 1.0",
        "Content-Length: 1e1",
        "Content-Length: a",
        "Content-Length: 1;",
        "Content-Length: 9223372036854775808",
        "Content-Length: 18446744073709551617",
        "Content-Length: 99999999999999999999999",
        "Content-Length: 00000000000000000001",
        "Content-Length: \"1\"",
        "Content-Length: \u{B2}",
        "Content-Length: 1_0"
    )
    + RequestRow.fails(
        .repeatedContentLength,
        fields: "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: 1\r\ncontent-length: 2",
        "Content-Length: 0\r\nX: y\r\nContent-Length: 44"
    )
    + RequestRow.fails(
        .badTransferEncoding,
        fields: "Transfer-Encoding:",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunkedx",
        "Transfer-Encoding: chunked;",
        "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: 'chunked'",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: chunk",
        "Transfer-Encoding: ,",
        "Transfer-Encoding: gzip chunked",
        "Transfer-Encoding: chunked chunked",
        "Transfer-Encoding: chunked\u{A0}",
        "Transfer-Encoding: \u{85}chunked",
        "Transfer-Encoding: :chunked",
        "Transfer-Encoding: =chunked",
        "Transfer-Encoding: chu nked",
        "Transfer-Encoding: cow\r\nTransfer-Encoding: gzip"
    )
    + RequestRow.fails(
        .unknownTransferCoding,
        fields: "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: x;y=z,chunked",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding:\r\nTransfer-Encoding: chunked"
    )
    + RequestRow.fails(
        .expectationFailed,
        fields: "Expect: 200-ok",
        "Expect:",
        "Expect: 100-continue, x",
        "Expect: 100-continue\r\nExpect: x"
    )
    + RequestRow.fails(
        .badTransferEncoding,
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\(end)",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: identity\(end)"
    )

/// The variants of CL.TE, TE.CL and TE.TE that published tools send (Watchfire 2005, Portswigger's HTTP Request
/// Smuggler, smuggler.py, http-garden).
let smugglingRows: [RequestRow] =
    RequestRow.fails(
        .contentLengthWithTransferEncoding,
        fields: "Content-Length: 6\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 0\r\nTransfer-Encoding: identity",
        "Content-Length: 3\r\nTransfer-Encoding: xchunked",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: cow",
        "Transfer-Encoding:\tchunked\r\nContent-Length: 3",
        "Content-Length: 3\r\nX: y\r\ntRANSFER-eNCODING: chunked",
        "Content-Length: 3\r\nTransfer-Encoding:",
        "Content-Length: 3\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
        "Content-Length: x\r\nTransfer-Encoding: chunked"
    )
    + RequestRow.fails(
        .controlByte,
        fields: "Transfer-Encoding: \u{B}chunked",
        "Transfer-Encoding: \u{C}chunked",
        "Transfer-Encoding: chunked\u{0}",
        "Transfer-Encoding: \u{0}chunked",
        "Transfer-Encoding: chunked\u{B}",
        "Transfer-Encoding: \u{1F}chunked",
        "Transfer-Encoding: ch\u{8}unked",
        "Transfer-Encoding: \u{7F}chunked",
        "Transfer\u{0}-Encoding: chunked",
        "Content-Length: \u{B}3",
        "Content-Length: 3\u{0}",
        "X: y\u{0}\r\nTransfer-Encoding: chunked"
    )
    + RequestRow.fails(
        .badName,
        fields: "Transfer-Encoding\u{A0}: chunked",
        "Transfer\\Encoding: chunked",
        "\"Transfer-Encoding\": chunked",
        ":Transfer-Encoding: chunked",
        "Foo\r\nTransfer-Encoding: chunked",
        "\u{EF}\u{BB}\u{BF}Transfer-Encoding: chunked",
        "Transfer-Encoding",
        "Transfer-Encoding= chunked",
        "(Transfer-Encoding): chunked",
        "GET /admin HTTP/1.1\r\nHost: b".replacing(" ", with: "/")
    )
    + RequestRow.fails(
        .bareLF,
        fields: "X: y\nTransfer-Encoding: chunked",
        "Content-Length: 3\nTransfer-Encoding: chunked",
        "Transfer-Encoding\n: chunked",
        "Transfer-Encoding:\nchunked",
        "Transfer-Encoding: chunked\nX: y",
        "Content-Length: 3\n"
    )
    + RequestRow.fails(
        .bareCR,
        fields: "X: y\rTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\rX: y",
        "Transfer-Encoding:\rchunked",
        "Transfer-Encoding: chunked\r\r"
    )
    + RequestRow.fails(
        .obsFold,
        fields: " Transfer-Encoding: chunked",
        "\tTransfer-Encoding: chunked",
        "X: y\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\n , identity",
        "Content-Length: 3\r\n\t4",
        "Transfer-Encoding:\r\n\tchunked"
    )
    + RequestRow.fails(
        .spaceBeforeColon,
        fields: "Transfer-Encoding  : chunked",
        "Transfer Encoding: chunked",
        "Content-Length : 3\r\nTransfer-Encoding: chunked",
        "Content-Length\t: 3",
        "GET / HTTP/1.1"
    )
    // Another name, which frames nothing.
    + RequestRow.passes(
        fields: "Transfer_Encoding: chunked",
        "Content_Length: 3",
        "X-Transfer-Encoding: chunked",
        "Transfer-Encodin: chunked"
    )
