/// Rows of text in aligned columns, two spaces between them.
struct TextTable {
    private var rows: [[String]] = []

    mutating func append(_ cells: String...) { self.rows.append(cells) }

    /// One line a row, without spaces at the end.
    var lines: [String] {
        let widths = self.widths
        return self.rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                if !line.isEmpty { line += "  " }
                line += cell + String(repeating: " ", count: width - cell.count)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private var widths: [Int] {
        var widths: [Int] = []
        for row in self.rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return widths
    }
}
