internal import Endpoints

extension Words.Errors {
    static let english = Self(
        sentence: Self.english,
        application: "Application: {client}"
    )

    @Sendable
    private static func english(_ code: ErrorPage.Code) -> Sentence {
        switch code {
        case .unknownClient:
            Sentence("Unknown application", "The application that sent you here is not registered with this service.")
        case .redirectNotRegistered:
            Sentence(
                "Wrong address",
                "The application asks for the answer at an address that is not registered for it. To protect you, "
                    + "you were not sent there."
            )
        case .invalidRequest, .invalidTarget, .unsupportedResponseType:
            Sentence(
                "This request cannot be answered",
                "The application sent a request that is not complete or correct."
            )
        case .unauthorizedClient:
            Sentence("Not allowed for this application", "The application may not sign people in this way.")
        case .invalidScope:
            Sentence("Too much access", "The application asks for access that it may not have.")
        case .accessDenied:
            Sentence("Access denied", "The application was given no access to your account.")
        case .loginRequired:
            Sentence("You are not signed in", "Go back to the application and sign in there.")
        case .flowExpired:
            Sentence(
                "This took too long",
                "The sign-in has expired, or it was begun in another browser. Go back to the application and start again."
            )
        case .formExpired:
            Sentence(
                "This page is too old",
                "The form did not come from this browser's latest page. Please start again."
            )
        case .notFound:
            Sentence("There is no such page", "The address may be mistyped, or the page is gone.")
        case .methodNotAllowed:
            Sentence("This does not work here", "The page was called in a way that it does not know.")
        case .temporarilyUnavailable:
            Sentence("Not available right now", "The service cannot answer at the moment. Nothing was lost.")
        }
    }
}
