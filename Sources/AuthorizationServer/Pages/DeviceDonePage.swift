internal import Endpoints

/// What became of the device.
struct DeviceDonePage: Sendable {
    enum Outcome: Sendable { case approved, denied }

    let context: PageContext
    let client: ClientCard
    let outcome: Outcome

    var page: Page {
        PageFrame(context: self.context, title: self.title).page {
            Element.p { self.sentence.filled([.client: self.context.name(of: self.client)]) }
        }
    }

    private var words: Words.Device { self.context.words.device }

    private var title: Phrase {
        switch self.outcome {
        case .approved: self.words.approvedTitle
        case .denied: self.words.deniedTitle
        }
    }

    private var sentence: Phrase {
        switch self.outcome {
        case .approved: self.words.approved
        case .denied: self.words.denied
        }
    }
}
