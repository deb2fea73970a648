import Bytes

/// How much a client wants one of the things that it names in Accept and its like (RFC 9110 12.4.2).
enum Weight {
    /// The `q` among the parameters that begin at `start` with a semicolon; 1000 without one, 0 when it is broken.
    static func thousandths(of range: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < range.count {
            let end = range.firstPlace(of: UInt8(ascii: ";"), from: position + 1)
            let parameter = range.extracting(range.trimmed(position + 1..<end))
            if parameter.count > 1 && parameter[0].lowerCased == UInt8(ascii: "q") && parameter[1] == UInt8(ascii: "=")
            {
                return Self.thousandths(parameter.extracting(2..<parameter.count))
            }
            position = end
        }
        return 1000
    }

    /// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` (RFC 9110 12.4.2).
    private static func thousandths(_ text: Span<UInt8>) -> Int {
        guard (1...5).contains(text.count), text[0] == 0x30 || text[0] == 0x31 else { return 0 }
        guard text.count == 1 || text[1] == UInt8(ascii: ".") else { return 0 }
        var result = Int(text[0] - 0x30) * 1000
        var place = 100
        for index in 2..<Swift.max(2, text.count) {
            guard text[index].isDigit else { return 0 }
            result += Int(text[index] - 0x30) * place
            place /= 10
        }
        return result > 1000 ? 0 : result
    }
}
