internal import Endpoints

extension Words.Errors {
    static let german = Self(
        sentence: Self.german,
        application: "Anwendung: {client}"
    )

    @Sendable
    private static func german(_ code: ErrorPage.Code) -> Sentence {
        switch code {
        case .unknownClient:
            Sentence(
                "Unbekannte Anwendung",
                "Die Anwendung, von der Sie kommen, ist bei diesem Dienst nicht registriert."
            )
        case .redirectNotRegistered:
            Sentence(
                "Falsche Adresse",
                "Die Anwendung möchte die Antwort an eine Adresse haben, die für sie nicht registriert ist. Zu Ihrem "
                    + "Schutz wurden Sie nicht dorthin geschickt."
            )
        case .invalidRequest, .invalidTarget, .unsupportedResponseType:
            Sentence(
                "Diese Anfrage ist nicht zu beantworten",
                "Die Anwendung hat eine Anfrage geschickt, die nicht vollständig oder nicht richtig ist."
            )
        case .unauthorizedClient:
            Sentence("Für diese Anwendung nicht erlaubt", "Die Anwendung darf Sie nicht auf diese Weise anmelden.")
        case .invalidScope:
            Sentence("Zu viel Zugriff", "Die Anwendung möchte Zugriff, den sie nicht haben darf.")
        case .accessDenied:
            Sentence("Zugriff abgelehnt", "Die Anwendung hat keinen Zugriff auf Ihr Konto bekommen.")
        case .loginRequired:
            Sentence("Sie sind nicht angemeldet", "Gehen Sie zurück zur Anwendung und melden Sie sich dort an.")
        case .flowExpired:
            Sentence(
                "Das hat zu lange gedauert",
                "Die Anmeldung ist abgelaufen, oder sie wurde in einem anderen Browser begonnen. Gehen Sie zurück zur "
                    + "Anwendung und beginnen Sie noch einmal."
            )
        case .formExpired:
            Sentence(
                "Diese Seite ist zu alt",
                "Das Formular kam nicht von der letzten Seite dieses Browsers. Bitte beginnen Sie noch einmal."
            )
        case .notFound:
            Sentence("Diese Seite gibt es nicht", "Die Adresse ist vielleicht vertippt, oder die Seite ist fort.")
        case .methodNotAllowed:
            Sentence("Das geht hier nicht", "Die Seite wurde auf eine Weise aufgerufen, die sie nicht kennt.")
        case .temporarilyUnavailable:
            Sentence("Gerade nicht verfügbar", "Der Dienst kann im Augenblick nicht antworten. Verloren ist nichts.")
        }
    }
}
