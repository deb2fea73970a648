internal import Endpoints

/// What a browser says of itself, as people know it: `Firefox, Windows`. It is a hint: anybody can say anything.
struct BrowserName: Sendable {
    let text: ForeignText

    init(userAgent: String) {
        let browser = Self.browsers.first(where: { userAgent.contains($0.mark) })?.name
        let system = Self.systems.first(where: { userAgent.contains($0.mark) })?.name
        let known = [browser, system].compactMap(\.self).joined(separator: ", ")
        // Programs name themselves first: `curl/8.5.0`.
        let product = userAgent.prefix { $0 != " " && $0 != "/" }
        self.text = ForeignText(known.isEmpty ? String(product) : known)
    }

    /// The first that fits: most say that they are those before them, too.
    private static let browsers: [(mark: String, name: String)] = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ]
    private static let systems: [(mark: String, name: String)] = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ]
}
