import Cryptography
import Testing

@testable import Endpoints

@Suite("What a browser carries")
struct BrowserBoxTests {
    private let browser = RandomSecret()
    private let ring = SealingRing(.generate())
    private let expires: Int64 = 1_800_000_000_000

    private func box(_ kind: BrowserBox.Kind = BrowserBox.Kind("flow"), _ browser: RandomSecret? = nil) -> BrowserBox {
        BrowserBox(kind: kind, browser: browser ?? self.browser, ring: self.ring)
    }

    @Test("comes back as it was, until its last millisecond is over")
    func opens() {
        let sealed = self.box().seal(["a", "", "c=d"], until: self.expires)
        #expect(self.box().open(sealed, at: self.expires - 1) == ["a", "", "c=d"])
        #expect(self.box().open(sealed, at: self.expires) == nil)
    }

    @Test("is of no use to another browser, as another kind, or changed")
    func refuses() {
        let sealed = self.box().seal(["a"], until: self.expires)
        #expect(self.box(BrowserBox.Kind("flow"), RandomSecret()).open(sealed, at: 0) == nil)
        #expect(self.box(BrowserBox.Kind("sign_out")).open(sealed, at: 0) == nil)
        let ring = SealingRing(.generate())
        #expect(BrowserBox(kind: BrowserBox.Kind("flow"), browser: self.browser, ring: ring).open(sealed, at: 0) == nil)
        for text in ["", "!", String(sealed.dropLast(4)), "A" + sealed.dropFirst()] where text != sealed {
            #expect(self.box().open(text, at: 0) == nil)
        }
    }
}
