internal import Bytes

/// Finds the placeholders of a template, and what may not be in one. It knows as much of HTML's syntax (section 13.2.5) as
/// that takes; what a browser reads in another way, the policy of the pages (CSP) stops.
struct TemplateScanner {
    private let bytes: [UInt8]
    private var index = 0
    private var literalStart = 0
    private(set) var pieces: [PageTemplate.Piece] = []
    private(set) var styles: [String] = []
    private var hasHead = false
    private var hasContent = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func scan() throws(PageTemplateFault) {
        if let nul = self.bytes.firstIndex(of: 0) { throw self.fault(.nul, at: nul) }
        while self.index < self.bytes.count { try self.next() }
        self.endLiteral()
        guard self.hasHead else { throw self.fault(.noHead, at: 0) }
        guard self.hasContent else { throw self.fault(.noContent, at: 0) }
    }

    private mutating func next() throws(PageTemplateFault) {
        if self.starts("{{") { return try self.placeholder(in: .text, mayBeContent: true) }
        guard self.byte == UInt8(ascii: "<") else { return self.index += 1 }
        if self.starts("<!--") { return try self.skip(to: "-->") }
        if self.starts("<!") || self.starts("</") { return try self.skip(to: ">") }
        guard self.index + 1 < self.bytes.count, self.bytes[self.index + 1].isLetter else { return self.index += 1 }
        try self.tag()
    }

    // MARK: - Elements

    private mutating func tag() throws(PageTemplateFault) {
        let start = self.index
        self.index += 1
        var tag = TemplateTag(name: self.take { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }.lowercased())
        while true {
            self.skipSpace()
            guard let byte = self.byte else { throw self.fault(.unfinishedTag, at: start) }
            if byte == UInt8(ascii: ">") { break }
            tag.attributes.append(try self.attribute())
        }
        self.index += 1
        if let (reason, offset) = tag.fault { throw self.fault(reason, at: offset ?? start) }
        try self.began(tag.name, at: start)
    }

    private mutating func began(_ name: String, at start: Int) throws(PageTemplateFault) {
        switch name {
        case "head" where !self.hasHead:
            self.hasHead = true
            self.append(.styleSheet)
        case "style":
            let text = try self.rawText(until: "</style")
            guard self.styles.count < PageTemplate.maximumStyles else { throw self.fault(.tooManyStyles, at: start) }
            if let reason = TemplateTag.styleFault(text) { throw self.fault(reason, at: start) }
            self.styles.append(text)
        case "title", "textarea":
            while !self.startsIgnoringCase("</" + name) {
                guard self.byte != nil else { throw self.fault(.unfinishedTag, at: start) }
                if self.starts("{{") {
                    try self.placeholder(in: .text, mayBeContent: false)
                } else {
                    self.index += 1
                }
            }
        default: return
        }
    }

    private mutating func attribute() throws(PageTemplateFault) -> TemplateTag.Attribute {
        let offset = self.index
        var attribute = TemplateTag.Attribute(name: "", value: "", offset: offset)
        // HTML, section 13.2.5.33: the first byte belongs to the name, whatever it is.
        let first = self.bytes[self.index]
        self.index += 1
        attribute.name = (String(Unicode.Scalar(first)) + self.take { !Self.endsName($0) }).lowercased()
        guard !attribute.name.contains("{{") else { throw self.misplaced(at: offset) }
        self.skipSpace(and: nil)
        guard self.byte == UInt8(ascii: "=") else { return attribute }
        self.index += 1
        self.skipSpace(and: nil)
        guard let quote = self.byte else { return attribute }
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let start = self.index
            attribute.value = self.take { !$0.isMarkupSpace && $0 != UInt8(ascii: ">") }
            guard !attribute.value.contains("{{") else { throw self.misplaced(at: start) }
            return attribute
        }
        self.index += 1
        attribute.value = try self.quoted(quote, since: offset)
        return attribute
    }

    /// Placeholders in it stand for text without meaning.
    private mutating func quoted(_ quote: UInt8, since offset: Int) throws(PageTemplateFault) -> String {
        var value: [UInt8] = []
        while let byte = self.byte {
            if byte == quote {
                self.index += 1
                return String(decoding: value, as: UTF8.self)
            }
            if self.starts("{{") {
                try self.placeholder(in: .attribute, mayBeContent: false)
            } else {
                value.append(byte)
                self.index += 1
            }
        }
        throw self.fault(.unfinishedTag, at: offset)
    }

    // MARK: - Placeholders

    private mutating func placeholder(
        in place: PageTemplate.Place,
        mayBeContent: Bool
    ) throws(PageTemplateFault) {
        let start = self.index
        let name = try self.name(at: start)
        let end = self.index
        self.index = start
        if name == "content" {
            guard mayBeContent else { throw self.fault(.misplaced(name), at: start) }
            guard !self.hasContent else { throw self.fault(.secondContent, at: start) }
            self.hasContent = true
            self.append(.content)
        } else {
            guard let value = PageTemplate.Value(rawValue: name) else {
                throw self.fault(.unknownPlaceholder(name), at: start)
            }
            self.append(.value(value, in: place))
        }
        self.index = end
        self.literalStart = end
    }

    /// What stands between the braces, which are left behind.
    private mutating func name(at start: Int) throws(PageTemplateFault) -> String {
        self.index += 2
        let name = self.take { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "\n") }
        guard self.starts("}}"), name.utf8.count <= Self.maximumNameBytes else {
            throw self.fault(.unfinishedPlaceholder, at: start)
        }
        self.index += 2
        return String(name.filter { $0 != " " })
    }

    /// Of what is quoted when it is no placeholder.
    private static let maximumNameBytes = 40

    private func misplaced(at offset: Int) -> PageTemplateFault {
        var scanner = self
        scanner.index = self.bytes[offset...].firstIndex(of: UInt8(ascii: "{")) ?? offset
        let start = scanner.index
        return self.fault((try? scanner.name(at: start)).map { .misplaced($0) } ?? .unfinishedPlaceholder, at: start)
    }

    // MARK: - Bytes

    private var byte: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    private func starts(_ text: String) -> Bool { self.bytes[self.index...].starts(with: text.utf8) }

    private func startsIgnoringCase(_ text: String) -> Bool {
        let end = min(self.index + text.utf8.count, self.bytes.count)
        return String(decoding: self.bytes[self.index..<end], as: UTF8.self).lowercased() == text
    }

    private mutating func take(while belongs: (UInt8) -> Bool) -> String {
        let start = self.index
        while let byte = self.byte, belongs(byte) { self.index += 1 }
        return String(decoding: self.bytes[start..<self.index], as: UTF8.self)
    }

    private mutating func skipSpace(and other: UInt8? = UInt8(ascii: "/")) {
        while let byte = self.byte, byte.isMarkupSpace || byte == other { self.index += 1 }
    }

    /// Without placeholders.
    private mutating func skip(to end: String) throws(PageTemplateFault) {
        let start = self.index
        while !self.starts(end) {
            guard self.byte != nil else { throw self.fault(.unfinishedTag, at: start) }
            if self.starts("{{") { throw self.misplaced(at: self.index) }
            self.index += 1
        }
        self.index += end.utf8.count
    }

    private mutating func rawText(until end: String) throws(PageTemplateFault) -> String {
        let start = self.index
        while !self.startsIgnoringCase(end) {
            guard self.byte != nil else { throw self.fault(.unfinishedTag, at: start) }
            if self.starts("{{") { throw self.misplaced(at: self.index) }
            self.index += 1
        }
        return String(decoding: self.bytes[start..<self.index], as: UTF8.self)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte.isMarkupSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=")
    }

    private mutating func append(_ piece: PageTemplate.Piece) {
        self.endLiteral()
        self.pieces.append(piece)
    }

    private mutating func endLiteral() {
        if self.literalStart < self.index {
            self.pieces.append(.literal(Array(self.bytes[self.literalStart..<self.index])))
        }
        self.literalStart = self.index
    }

    private func fault(_ reason: PageTemplateFault.Reason, at offset: Int) -> PageTemplateFault {
        PageTemplateFault(reason, at: offset, in: self.bytes)
    }
}

extension UInt8 {
    /// HTML's white space (section 13.2.5.32).
    fileprivate var isMarkupSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) && self != 0x0B }

    fileprivate var isLetter: Bool { (0x41...0x5A).contains(self & 0xDF) }
}
