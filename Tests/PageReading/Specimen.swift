public import Endpoints

/// A page as it may look in use. Every specimen is held to the rules of all pages, in unit tests and in a browser.
public struct Specimen: Sendable, CustomStringConvertible {
    public let name: String
    public let page: Page

    public init(name: String, page: Page) {
        self.name = name
        self.page = page
    }

    public var description: String { self.name }
}
