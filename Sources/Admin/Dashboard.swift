/// The page at `/`: one document without anything from elsewhere. Its script reads the pages under `/api` and writes
/// them as text, so that nothing in them can become markup.
enum Dashboard {
    static var answer: AdminAnswer {
        let nonce = Self.makeNonce()
        var answer = AdminAnswer(
            status: 200,
            contentType: "text/html; charset=utf-8",
            body: [UInt8](Self.page(nonce: nonce).utf8)
        )
        answer.contentSecurityPolicy =
            "default-src 'none'; style-src 'nonce-\(nonce)'; script-src 'nonce-\(nonce)'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return answer
    }

    private static func makeNonce() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<2).map { _ in String(random.next() as UInt64, radix: 36) }.joined()
    }

    private static func page(nonce: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Gatehouse</title>
        <style nonce="\(nonce)">
        \(Self.style)
        </style>
        </head>
        <body>
        <header><h1>Gatehouse</h1><p id="state" role="status">…</p></header>
        <main>
        <section><h2>Latest decisions</h2><table id="decisions"></table></section>
        <section><h2>Routes</h2><table id="routes"></table></section>
        <section><h2>Issuers</h2><table id="issuers"></table></section>
        <section><h2>Upstreams</h2><table id="upstreams"></table></section>
        </main>
        <footer><a href="/metrics">metrics</a> <a href="/readyz">readyz</a> <a href="/api/routes">routes</a>
        <a href="/api/issuers">issuers</a> <a href="/api/upstreams">upstreams</a>
        <a href="/api/decisions">decisions</a></footer>
        <script nonce="\(nonce)">
        \(Self.script)
        </script>
        </body>
        </html>

        """
    }

    // On a narrow screen each row becomes a card, and each cell says what it is.
    private static let style = """
        :root { color-scheme: light dark; --line: #8883; --soft: #8881; --bad: #b3261e; --good: #1b7a3d; }
        @media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7ddc9b; } }
        * { box-sizing: border-box; }
        body { font: 0.95rem/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem; }
        header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; }
        h1 { font-size: 1.4rem; margin: 0.5rem 0; }
        h2 { font-size: 1.05rem; margin: 1.8rem 0 0.4rem; }
        p { margin: 0; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.8rem 0.35rem 0; }
        th, td { border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        th { font-weight: 600; white-space: nowrap; opacity: 0.75; }
        .good { color: var(--good); }
        .bad { color: var(--bad); }
        .none { opacity: 0.65; }
        code { font: 0.9em ui-monospace, monospace; }
        footer { margin: 2rem 0 1rem; display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; }
        a { color: inherit; }
        @media (max-width: 44rem) {
          thead { display: none; }
          tr { display: block; padding: 0.5rem 0.7rem; margin: 0.5rem 0; }
          tr { background: var(--soft); border-radius: 0.5rem; }
          td { display: flex; gap: 0.6rem; border: 0; padding: 0.1rem 0; }
          td::before { content: attr(data-label); flex: 0 0 6.5rem; opacity: 0.7; }
          td.none::before { content: none; }
        }
        """
}
