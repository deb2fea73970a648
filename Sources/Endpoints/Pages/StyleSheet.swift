internal import Bytes
internal import Cryptography

/// The one style sheet of all pages, in the page itself: nothing is fetched, and the policy allows it by its hash.
///
/// Colours are variables with a light and a dark value; `test_pages.py` computes the contrast of every text that a browser
/// makes of them. Sizes follow the letters, so that a page stays whole when somebody enlarges those.
enum StyleSheet {
    /// The hash as a source of a content security policy: `'sha256-…'`.
    static let source = Self.source(of: StyleSheet.text)

    /// The same for another one.
    static func source(of text: String) -> String {
        let hash = Digest.sha256.hash(text.utf8Span.span)
        // CSP Level 3 takes base64url as well; the usual alphabet is what older browsers know.
        let letters = Base64URL.encode(hash.span).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return "'sha256-\(String(letters))='"
    }

    static let text: String = [Self.colours, Self.frame, Self.words, Self.forms, Self.lists, Self.surroundings].joined()

    private static let colours = """
        :root{color-scheme:light dark;--ground:#eef1ef;--card:#fff;--ink:#15201c;--quiet:#52605a;--line:#d8dedb;\
        --edge:#7b8782;--accent:#0a6657;--over:#084f44;--on:#fff;--soft:#e6f2ef;--bad:#a8201a;--bad-soft:#fcebe9}
        @media(prefers-color-scheme:dark){:root{--ground:#0e1412;--card:#17201d;--ink:#e9efec;--quiet:#a6b4ae;\
        --line:#2c3834;--edge:#74827c;--accent:#74d6c2;--over:#93e3d2;--on:#03221c;--soft:#17332d;--bad:#ffb3ab;\
        --bad-soft:#3a1815}}

        """

    private static let frame = """
        *{box-sizing:border-box}
        html{background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
        body{margin:0 auto;min-height:100vh;min-height:100dvh;max-width:27rem;padding:1.5rem 1rem;display:flex;\
        flex-direction:column;justify-content:center;overflow-wrap:anywhere}
        body.wide{max-width:44rem;justify-content:flex-start}
        body:has(div.wide){max-width:44rem;justify-content:flex-start}
        .brand{display:flex;align-items:center;justify-content:center;gap:.6rem;margin:0 0 1.1rem;font-weight:600}
        .brand p{margin:0}
        .mark{flex:none;width:1.5rem;height:1.5rem;border:.3rem solid var(--accent);border-bottom-width:0;\
        border-radius:.75rem .75rem 0 0}
        .wide .brand{justify-content:flex-start;margin-bottom:1.5rem}
        .card{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:1.75rem;\
        box-shadow:0 1px 2px #0000000d,0 8px 24px #0000000d}
        .wide .card{padding:0;background:none;border:0;box-shadow:none}
        .wide section{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:1.5rem;\
        margin:0 0 1.25rem}

        """

    private static let words = """
        h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .4rem}
        h2{font-size:1.125rem;line-height:1.35;margin:0 0 .6rem}
        p{margin:0 0 1rem}
        .card>:last-child,section>:last-child{margin-bottom:0}
        .lead{color:var(--quiet);margin-bottom:1.4rem}
        .lead strong{color:var(--ink)}
        .quiet{color:var(--quiet);font-size:.875rem}
        .links{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;font-size:.875rem}
        strong{font-weight:600}
        a{color:var(--accent);text-underline-offset:.15em}
        a:hover{color:var(--over)}
        code,.code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        code{font-size:.875em}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .tag{display:inline-block;background:var(--soft);color:var(--accent);border-radius:1rem;padding:0 .55rem;\
        font-size:.8125rem;font-weight:600;white-space:nowrap}
        .bad{background:var(--bad-soft);color:var(--bad)}
        .notice,.problem{border-left:.25rem solid;border-radius:.5rem;padding:.7rem .9rem;margin:0 0 1.25rem}
        h1+.notice,h1+.problem{margin-top:.9rem}
        .notice{background:var(--soft);border-color:var(--accent)}
        .problem{background:var(--bad-soft);border-color:var(--bad);color:var(--bad)}

        """

    private static let forms = """
        form{margin:0}
        form+p{margin-top:.75rem}
        .field{margin:0 0 1.1rem}
        label{display:block;font-weight:600;margin:0 0 .35rem}
        .hint{color:var(--quiet);font-size:.875rem;margin:.35rem 0 0}
        input{width:100%;min-height:2.875rem;padding:.55rem .8rem;font:inherit;color:inherit;background:var(--card);\
        border:1px solid var(--edge);border-radius:.6rem}
        input[aria-invalid]{border-color:var(--bad)}
        input.code{font-size:1.4rem;letter-spacing:.14em;text-align:center;text-transform:uppercase}
        button,.choice{width:100%;min-height:2.875rem;padding:.55rem 1.1rem;font:inherit;font-weight:600;cursor:pointer;\
        overflow-wrap:break-word;color:var(--on);background:var(--accent);border:1px solid #0000;border-radius:.6rem}
        button:hover{background:var(--over)}
        .choice{display:block;padding:.65rem 1.1rem;text-align:center;text-decoration:none}
        .choices li+li{margin-top:.75rem}
        button.secondary,button.danger,.choice{color:var(--ink);background:none;border-color:var(--edge)}
        button.secondary:hover,.choice:hover{color:var(--ink);background:var(--soft)}
        button.danger{color:var(--bad);border-color:var(--bad)}
        button.danger:hover{background:var(--bad-soft)}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        .actions{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.4rem 0 0}
        .actions>*{flex:1 1 8rem}
        .wide button{width:auto}
        .wide .actions>*{flex:none}

        """

    private static let lists = """
        ul,dl{margin:0 0 1.25rem;padding:0;list-style:none}
        .scopes li{padding:.65rem 0;border-top:1px solid var(--line)}
        .scopes li:last-child{border-bottom:1px solid var(--line)}
        .facts{display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem}
        .facts dt{color:var(--quiet)}
        .facts dd{margin:0}
        .facts .code{font-size:1.25rem;line-height:1.2;letter-spacing:.08em}
        .entries>li{padding:1rem 0;border-top:1px solid var(--line)}
        .entries>li:first-child{border-top:0;padding-top:.25rem}
        .entries>li:last-child{padding-bottom:0}
        .entries form{margin-top:.75rem}
        .entries ul{margin:.35rem 0 0;padding:0 0 0 1.1rem;list-style:disc}
        .entries p{margin:0}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-top:1px solid var(--line)}
        thead th{border-top:0;color:var(--quiet);font-size:.875rem;font-weight:600}

        """

    /// A narrow screen, a printer, and a palette of the person's own.
    private static let surroundings = """
        @media(max-width:30rem){.wide .actions{flex-direction:column}.card{padding:1.25rem}.wide section{padding:1.1rem}body{padding:1rem .75rem;\
        justify-content:flex-start}.wide button{width:100%}thead{position:absolute;width:1px;height:1px;overflow:hidden;\
        clip-path:inset(50%)}tr,td{display:block}td{border:0;padding:0}tr{padding:.6rem 0;\
        border-top:1px solid var(--line)}tr:first-child{border-top:0}}
        @media print{form,.code{display:none}.card,.wide section{border:0;box-shadow:none}}
        @media(forced-colors:active){button,.choice,.notice,.problem{border:1px solid}}

        """
}
