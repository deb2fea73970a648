/// Names that somebody chose to do harm with.
public enum HostileText {
    public static let all = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'--></style></title><h1>", "&lt;b&amp;&#60;",
        "javascript:alert(1)", "\u{202E}moc.elpmaxe\u{202C}", "\u{2066}a\u{2069}\u{200E}\u{061C}",
        "a\u{0}b\u{7}\u{1B}[31m\u{7F}",
        "line\r\nSet-Cookie: a=b\u{2028}\u{2029}", "G\u{200B}ate\u{200D}house\u{FEFF}\u{AD}",
        "\u{3164}\u{115F}\u{2800}",
        "e" + String(repeating: "\u{301}", count: 500), "👩‍👩‍👧 🏳️‍🌈 🇩🇪", String(repeating: "long", count: 300),
        "{client} {user}", "\u{E0041}\u{E000}\u{FFF9}",
    ]
}
