/// What all pages have in common to say, in one language. A language is complete when it compiles: each of these is
/// required.
public struct FrameWords: Sendable {
    /// Before the title, when something went wrong.
    let problemPrefix: Phrase
    public let signedInAs: Phrase
    let reference: Phrase
    public let time: TimeWords
}

/// What moments and durations are written with.
public struct TimeWords: Sendable {
    let moment: Phrase
    /// January to December.
    let months: [Phrase]
    let seconds, minutes, hours: CountedPhrase
}

extension FrameWords {
    static let english = Self(
        problemPrefix: "Error: ",
        signedInAs: "You are signed in as {user}.",
        reference: "Error {code}, request {request}",
        time: TimeWords(
            moment: "{day} {month} {year}, {clock} UTC",
            months: [
                "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December",
            ],
            seconds: CountedPhrase(one: "{count} second", other: "{count} seconds"),
            minutes: CountedPhrase(one: "{count} minute", other: "{count} minutes"),
            hours: CountedPhrase(one: "{count} hour", other: "{count} hours")
        )
    )

    static let german = Self(
        problemPrefix: "Fehler: ",
        signedInAs: "Sie sind als {user} angemeldet.",
        reference: "Fehler {code}, Anfrage {request}",
        time: TimeWords(
            moment: "{day}. {month} {year}, {clock} UTC",
            months: [
                "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
                "November", "Dezember",
            ],
            // In the dative, as they stand after "in".
            seconds: CountedPhrase(one: "{count} Sekunde", other: "{count} Sekunden"),
            minutes: CountedPhrase(one: "{count} Minute", other: "{count} Minuten"),
            hours: CountedPhrase(one: "{count} Stunde", other: "{count} Stunden")
        )
    )
}
