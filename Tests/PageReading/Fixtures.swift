public import Endpoints

// What specimens are made of.

extension PageForm {
    /// The token against forged requests in it, with what is special in HTML and in queries.
    public static let proofInTests = "c\"<>&'+/="

    public static let inTests: PageForm = {
        guard let path = PagePath("/identity/form") else { preconditionFailure("a path") }
        return PageForm(
            path: path,
            hidden: [HiddenField(name: "flow", value: "f-01"), HiddenField(name: "csrf", value: Self.proofInTests)]
        )
    }()
}

extension WebOrigin {
    public static let shownInTests: WebOrigin = {
        guard let origin = WebOrigin(of: "https://id.example.com") else { preconditionFailure("an origin") }
        return origin
    }()
}
