internal import Bytes
public import HTTP

/// Whether a request is a browser on its way to a page, which can be sent to sign in, or a program that wants an answer.
public enum BrowserNavigation {
    /// `Sec-Fetch-Mode` decides where there is one (Fetch Metadata Request Headers, section 2.2): a page's scripts cannot
    /// set it. Without it, a browser is who asks for HTML with GET or HEAD and is no script that says so.
    public static func isLikely(_ head: borrowing RequestHead, _ bytes: Span<UInt8>) -> Bool {
        var mode: Bool?
        var isScript = false
        var takesPages = false
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            let value = bytes.bytes(field.value)
            switch field.id {
            case .accept: takesPages = takesPages || self.namesHTML(value)
            case .other:
                let name = bytes.bytes(field.name)
                // Of two neither is believed.
                if name.equalsIgnoringCase("sec-fetch-mode") { mode = mode == nil && value.equals("navigate") }
                if name.equalsIgnoringCase("x-requested-with") { isScript = true }
            default: continue
            }
        }
        if let mode { return mode }
        return (head.method == .get || head.method == .head) && takesPages && !isScript
    }

    private static func namesHTML(_ value: Span<UInt8>) -> Bool {
        var accept = Accept()
        accept.read(value)
        return accept.namesHTML
    }
}
