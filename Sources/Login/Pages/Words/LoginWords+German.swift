internal import Endpoints

extension LoginWords {
    static let german = LoginWords(
        chooser: .german,
        signOut: .german,
        denied: .german,
        failed: .german,
        diagnosis: .german,
        arrival: .german
    )
}

extension LoginWords.Chooser {
    fileprivate static let german = Self(
        title: "Anmelden",
        lead: "Wählen Sie, wie Sie sich anmelden möchten.",
        with: "Weiter mit {provider}"
    )
}

extension LoginWords.SignOut {
    fileprivate static let german = Self(
        title: "Abmelden?",
        lead: "Nur in diesem Browser oder überall, wo Sie hier angemeldet sind?",
        here: "Hier abmelden",
        everywhere: "Überall abmelden",
        stay: "Angemeldet bleiben",
        doneTitle: "Abgemeldet",
        done: "Sie sind abgemeldet. Sie können diese Seite schließen.",
        stillAt:
            "Bei {provider} sind Sie vielleicht noch angemeldet. An einem Computer, den auch andere benutzen, melden "
            + "Sie sich auch dort ab.",
        again: "Wieder anmelden"
    )
}

extension LoginWords.Denied {
    fileprivate static let german = Self(
        title: "Sie haben keinen Zugang",
        lead: "Sie haben sich bei {provider} als {user} angemeldet, aber dieser Dienst ist für Sie nicht offen.",
        email: "Ihre E-Mail-Adresse gehört nicht zu denen, die Zugang haben.",
        domain: "Ihre E-Mail-Adresse gehört zu keiner der Domains, die Zugang haben.",
        group: "Sie sind in keiner der Gruppen, die Zugang haben.",
        unverifiedEmail: "Zugang hat nur, wer eine bestätigte E-Mail-Adresse hat, und {provider} hat keine von Ihnen "
            + "bestätigt.",
        help: "Wenn das ein Irrtum ist, fragen Sie, wer diesen Dienst betreibt, und nennen Sie die letzte Zeile dieser "
            + "Seite.",
        another: "Als jemand anderes anmelden"
    )
}

extension LoginWords.Failed {
    fileprivate static let german = Self(
        title: "Sie sind nicht angemeldet",
        titleOfTrouble: "Das hat nicht geklappt",
        malformed:
            "Die Anfrage zur Anmeldung war nicht vollständig oder nicht richtig. Bitte versuchen Sie es noch einmal.",
        target:
            "Der Link führt an einen Ort, an den Sie nicht geschickt werden dürfen. Zu Ihrem Schutz ist nichts geschehen.",
        unknownProvider: "Auf diesem Weg kann sich hier niemand anmelden.",
        flow: "Diese Anmeldung hat zu lange gedauert, wurde in einem anderen Browser begonnen oder ist schon erledigt. "
            + "Bitte versuchen Sie es noch einmal.",
        form: "Das Formular stammt nicht von der neuesten Seite dieses Browsers. Bitte versuchen Sie es noch einmal.",
        stateUnavailable: "Das geht gerade nicht. Nichts wurde geändert; bitte versuchen Sie es gleich noch einmal.",
        cancelled: "Die Anmeldung bei {provider} wurde abgebrochen.",
        refused: "{provider} hat Sie nicht angemeldet.",
        invalid: "{provider} hat eine Antwort gegeben, die nicht zu gebrauchen ist. Wer diesen Dienst betreibt, kann "
            + "sehen, warum.",
        unavailable: "{provider} ist gerade nicht zu erreichen. Bitte versuchen Sie es gleich noch einmal.",
        said: "Die Auskunft war:",
        again: "Noch einmal versuchen"
    )
}

extension LoginWords.Diagnosis {
    fileprivate static let german = Self(
        title: "Die Anmeldung klappt nicht",
        person: "Was Sie tun können",
        operator: "Wenn Sie diesen Dienst betreiben",
        again: "Noch einmal versuchen",
        cookieRefused: Sentences(
            cause: "Sie haben sich mehrmals angemeldet, aber Ihr Browser behält das Cookie nicht, in dem das steht.",
            person:
                "Erlauben Sie Cookies für {host}. In einem privaten Fenster versuchen Sie es mit einem gewöhnlichen.",
            operator: "Sehen Sie nach, ob etwas zwischen Browser und Gateway die Felder {setting} oder Cookie entfernt."
        ),
        secureOnHTTP: Sentences(
            cause: "Diese Seite wurde über http geöffnet. Dorthin wird das Cookie Ihrer Anmeldung nicht geschickt.",
            person: "Öffnen Sie die Seite mit https:// vor ihrer Adresse.",
            operator: "Schicken Sie Browser von http zu https, an die Adresse, die {setting} nennt."
        ),
        wrongDomain: Sentences(
            cause: "Das Cookie Ihrer Anmeldung ist für {host}, aber zurück kamen Sie bei {place}.",
            person: "Öffnen Sie die Seite bei {host}.",
            operator:
                "Schicken Sie Browser an einen einzigen Host, oder setzen Sie {setting} auf die Domain, die alle Ihre "
                + "Hosts gemeinsam haben."
        ),
        clock: Sentences(
            cause: "Eine Uhr geht falsch: Ihre Anmeldung war in dem Augenblick vorbei, in dem sie begann.",
            person:
                "Bei Ihnen ist alles in Ordnung. Wenden Sie sich an die Leute, die diesen Dienst betreiben, und versuchen Sie es "
                + "später noch einmal.",
            operator:
                "Die Uhren aller Gateways und die des Anbieters müssen übereinstimmen. {setting} zeigt, wie weit sie "
                + "auseinander gehen."
        ),
        size: Sentences(
            cause: "Der Anbieter sagt so viel über Sie, dass es nicht in ein Cookie passt.",
            person: "Bei Ihnen ist alles in Ordnung. Wenden Sie sich an die Leute, die diesen Dienst betreiben.",
            operator:
                "Verlangen Sie vom Anbieter weniger Scopes oder Gruppen, oder bewahren Sie Sitzungen mit {setting} auf."
        ),
        unknown: Sentences(
            cause: "Sie haben sich in kurzer Zeit mehrmals angemeldet, und jedes Mal wurde es vergessen.",
            person:
                "Schließen Sie alle Fenster von {host}, löschen Sie die Cookies dieser Seite, und versuchen Sie es noch "
                + "einmal.",
            operator: "Suchen Sie im Protokoll nach der Anfrage unten. {setting} prüft Anbieter, Uhren und Cookies."
        )
    )
}

extension LoginWords.Arrival {
    fileprivate static let german = Self(title: "Sie sind angemeldet", on: "Weiter")
}
