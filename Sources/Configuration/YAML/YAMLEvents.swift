import CYAML

/// What libyaml found next.
struct YAMLEvent {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias
        case scalar
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
    }

    var kind: Kind
    var position: SourcePosition
    /// The name behind `&`, or behind `*` for an alias.
    var anchor: String?
    /// The tag, resolved; nil when none was written.
    var tag: String?
    var text = ""
    var isPlain = false
}

/// Why the bytes are no YAML, in libyaml's words.
struct YAMLSyntaxError: Error {
    var problem: String
    var position: SourcePosition
}

/// The events of one stream, and the only owner of libyaml's handles. Its document loader is not used: it keeps the second
/// of two equal keys without a word.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        self.parser = .allocate(capacity: 1)
        self.input = .allocate(capacity: bytes.count)
        _ = self.input.initialize(from: bytes)
        precondition(yaml_parser_initialize(self.parser) == 1, "out of memory")
        yaml_parser_set_input_string(self.parser, self.input.baseAddress, self.input.count)
        // Policies are UTF-8; guessing UTF-16 from a mark would read other bytes than an editor shows.
        yaml_parser_set_encoding(self.parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(self.parser)
        self.parser.deallocate()
        self.input.deallocate()
    }

    /// The next event. Must not be called again after `.streamEnd` or after it threw.
    mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(self.parser, &event) == 1 else { throw self.syntaxError() }
        defer { yaml_event_delete(&event) }
        return Self.translated(event)
    }

    private static func translated(_ event: yaml_event_t) -> YAMLEvent {
        var result = YAMLEvent(kind: .streamStart, position: SourcePosition(event.start_mark))
        switch event.type {
        case YAML_STREAM_START_EVENT: result.kind = .streamStart
        case YAML_STREAM_END_EVENT: result.kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: result.kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: result.kind = .documentEnd
        case YAML_ALIAS_EVENT:
            result.kind = .alias
            result.anchor = Self.text(event.data.alias.anchor)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            result.kind = .scalar
            result.anchor = Self.text(scalar.anchor)
            result.tag = Self.text(scalar.tag)
            result.text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self
            )
            result.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        case YAML_SEQUENCE_START_EVENT:
            result.kind = .sequenceStart
            result.anchor = Self.text(event.data.sequence_start.anchor)
            result.tag = Self.text(event.data.sequence_start.tag)
        case YAML_SEQUENCE_END_EVENT: result.kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            result.kind = .mappingStart
            result.anchor = Self.text(event.data.mapping_start.anchor)
            result.tag = Self.text(event.data.mapping_start.tag)
        case YAML_MAPPING_END_EVENT: result.kind = .mappingEnd
        default: preconditionFailure("libyaml makes no event before it has parsed one")
        }
        return result
    }

    private static func text(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text.map { String(cString: $0) }
    }

    private func syntaxError() -> YAMLSyntaxError {
        let problem = self.parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
        // The reader stops at a byte, before there is a line to count.
        let isByteProblem = self.parser.pointee.error == YAML_READER_ERROR
        let position =
            isByteProblem
            ? self.position(ofByte: self.parser.pointee.problem_offset)
            : SourcePosition(self.parser.pointee.problem_mark)
        return YAMLSyntaxError(problem: problem, position: position)
    }

    private func position(ofByte offset: Int) -> SourcePosition {
        var line = 1
        var column = 1
        for byte in self.input.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return SourcePosition(line: line, column: column)
    }
}

extension SourcePosition {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}
