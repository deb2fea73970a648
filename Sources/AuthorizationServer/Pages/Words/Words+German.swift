internal import Endpoints

extension Words {
    static let german = Words(
        frame: Language.german.frame,
        common: .german,
        signIn: .german,
        consent: .german,
        scopes: .german,
        device: .german,
        account: .german,
        signOut: .german,
        errors: .german
    )
}

extension Words.Common {
    fileprivate static let german = Self(
        lockedOut: "Zu viele Versuche sind fehlgeschlagen. In {wait} können Sie es wieder versuchen.",
        busy: "Gerade melden sich sehr viele an. Bitte versuchen Sie es in {wait} noch einmal.",
        website: "Website",
        policy: "Datenschutz",
        terms: "Nutzungsbedingungen",
        allow: "Erlauben",
        deny: "Ablehnen",
        unnamed: "eine Anwendung ohne Namen"
    )
}

extension Words.SignIn {
    fileprivate static let german = Self(
        title: "Anmelden",
        lead: "weiter zu {client}",
        leadWithoutClient: "weiter zu Ihrem Konto",
        again: "Bitte geben Sie zu Ihrer Sicherheit Ihr Passwort noch einmal ein.",
        username: "Benutzername",
        password: "Passwort",
        submit: "Anmelden",
        wrong: "Benutzername oder Passwort ist falsch. Bitte versuchen Sie es noch einmal.",
        expired: "Diese Seite war zu lange offen. Bitte melden Sie sich noch einmal an."
    )
}

extension Words.Consent {
    fileprivate static let german = Self(
        title: "Zugriff erlauben?",
        titleChanged: "Mehr Zugriff erlauben?",
        titleConfirm: "Weiter?",
        lead: "{client} möchte Ihr Konto benutzen.",
        leadChanged: "{client} möchte mehr tun, als Sie bisher erlaubt haben.",
        leadConfirm:
            "Sie haben {client} schon erlaubt, Ihr Konto zu benutzen. Haben Sie die Anwendung gerade geöffnet?",
        scopes: "Erlaubt wird:",
        new: "Neu",
        nothing: "Die Anwendung möchte keine Ihrer Daten.",
        destination: "Danach geht es weiter zu {host}.",
        destinationApplication: "Danach geht es weiter zu einer Anwendung auf diesem Gerät ({host}).",
        revocable: "Auf Ihrer Kontoseite können Sie das jederzeit zurücknehmen."
    )
}

extension Words.Scopes {
    fileprivate static let german = Self(
        openid: "Wissen, wer Sie sind",
        profile: "Ihren Namen und Ihr Profil sehen",
        email: "Ihre E-Mail-Adresse sehen",
        address: "Ihre Postanschrift sehen",
        phone: "Ihre Telefonnummer sehen",
        offlineAccess: "Diesen Zugriff behalten, während Sie nicht da sind"
    )
}

extension Words.Device {
    fileprivate static let german = Self(
        codeTitle: "Gerät verbinden",
        codeLead: "Geben Sie den Code ein, den Ihr Gerät zeigt.",
        code: "Code",
        codeHint: "Groß oder klein geschrieben, mit oder ohne Bindestrich.",
        codeSubmit: "Weiter",
        unknownCode:
            "Diesen Code gibt es nicht, oder er ist zu alt. Prüfen Sie, was Ihr Gerät zeigt, oder beginnen Sie "
            + "dort noch einmal.",
        confirmTitle: "Dieses Gerät verbinden?",
        confirmLead: "{client} auf einem anderen Gerät möchte Ihr Konto benutzen.",
        warning: "Erlauben Sie das nur, wenn Sie es selbst begonnen haben und Ihr Gerät genau diesen Code zeigt. "
            + "Niemand, der Sie anruft oder Ihnen schreibt, braucht ihn.",
        confirmCode: "Code",
        confirmTime: "Angefragt",
        confirmAddress: "Von Adresse",
        scopes: "Erlaubt wird:",
        approvedTitle: "Gerät verbunden",
        approved: "{client} macht von selbst weiter. Sie können diese Seite schließen.",
        deniedTitle: "Gerät nicht verbunden",
        denied: "{client} hat keinen Zugriff bekommen. Sie können diese Seite schließen."
    )
}

extension Words.Account {
    fileprivate static let german = Self(
        title: "Ihr Konto",
        accessRevoked: "Die Anwendung hat keinen Zugriff mehr.",
        passwordChanged: "Ihr Passwort ist geändert. Anwendungen müssen sich neu anmelden.",
        applications: "Anwendungen mit Zugriff",
        noApplications: "Keine Anwendung hat Zugriff auf Ihr Konto.",
        allowedSince: "Erlaubt am {time}",
        lastUsed: "Zuletzt benutzt am {time}",
        revoke: "Entziehen",
        signIns: "Letzte Anmeldungen",
        noSignIns: "Es gibt keine Anmeldungen zu zeigen.",
        when: "Wann",
        from: "Adresse",
        with: "Mit",
        thisOne: "Diese Sitzung",
        failed: "Fehlgeschlagen",
        unknownBrowser: "Unbekannt",
        password: "Passwort",
        currentPassword: "Bisheriges Passwort",
        newPassword: "Neues Passwort",
        repeatedPassword: "Neues Passwort, noch einmal",
        changePassword: "Passwort ändern",
        passwordHint: CountedPhrase(one: "Mindestens {count} Zeichen.", other: "Mindestens {count} Zeichen."),
        passwordElsewhere: "Ihr Passwort verwaltet, wer diesen Dienst betreibt.",
        wrongPassword: "Das bisherige Passwort ist falsch.",
        passwordsDiffer: "Die beiden neuen Passwörter sind nicht gleich.",
        passwordTooShort: "Das neue Passwort ist zu kurz.",
        passwordTooLong: "Das neue Passwort ist zu lang.",
        passwordUnchanged: "Das neue Passwort ist das bisherige.",
        sessions: "Sitzungen",
        everywhereHint: "Wenn Sie ein Gerät verloren haben oder eine Anmeldung nicht von Ihnen war, beenden Sie alle "
            + "Sitzungen und entziehen Sie allen Anwendungen den Zugriff. Ändern Sie dann Ihr Passwort.",
        signOutEverywhere: "Überall abmelden",
        signOut: "Hier abmelden"
    )
}

extension Words.SignOut {
    fileprivate static let german = Self(
        title: "Abmelden?",
        lead: "Beim nächsten Mal müssen Sie Ihr Passwort wieder eingeben.",
        leadWithClient: "{client} möchte Sie abmelden. Beim nächsten Mal müssen Sie Ihr Passwort wieder eingeben.",
        confirm: "Abmelden",
        stay: "Angemeldet bleiben",
        doneTitle: "Abgemeldet",
        done: "Sie sind abgemeldet. Sie können diese Seite schließen.",
        back: "Zurück zu {host}"
    )
}
