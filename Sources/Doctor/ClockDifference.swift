/// How far the clock of a server is from this machine's, as far as one answer proves it.
struct ClockDifference: Equatable {
    /// More than that is worth a word, even where it does no harm: clocks that follow a time server are within a second.
    static let noted: Int64 = 30

    /// Seconds; positive when the server is ahead. What network and rounding may have added is left out.
    let seconds: Int64

    /// - Parameters:
    ///   - date: What the server said, in whole seconds since 1970.
    ///   - asked: When it was asked, and `answered`: when all of the answer was there, in milliseconds since 1970.
    init(date: Int64, asked: Int64, answered: Int64) {
        // Its clock stood somewhere in that second, at some moment between question and answer.
        let ahead = date * 1000 - answered
        let behind = asked - (date * 1000 + 999)
        self.seconds = ahead > 0 ? ahead / 1000 : behind > 0 ? -(behind / 1000) : 0
    }

    /// Nil when nobody needs to know of it. `leeway` in seconds: what the checks of its tokens forgive.
    func finding(on subject: Finding.Subject, leeway: Int64) -> Finding? {
        let amount = abs(self.seconds)
        let side = self.seconds > 0 ? "ahead of" : "behind"
        let text = "its clock is \(amount) s \(side) this machine's"
        let remedy = "let both machines follow a time server (NTP)"
        guard amount <= leeway else {
            let effect = self.seconds > 0 ? "its tokens are not valid yet" : "its tokens expire too early"
            return .failure(subject, "\(text), and \(leeway) s are forgiven: \(effect)", remedy: remedy)
        }
        return amount > Self.noted ? .warning(subject, text, remedy: remedy) : nil
    }
}
