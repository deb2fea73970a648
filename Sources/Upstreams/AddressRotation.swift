import Transport

/// The addresses of one server. New connections go to one of them, and to the next one after it has failed.
struct AddressRotation {
    private var addresses: [ConnectAddress]
    /// Counts the changes from one address to the next.
    private(set) var turn: UInt = 0

    init(_ addresses: [ConnectAddress]) {
        self.addresses = addresses
    }

    var isEmpty: Bool { self.addresses.isEmpty }

    /// Nil as long as the name has not been resolved.
    var current: ConnectAddress? {
        self.isEmpty ? nil : self.addresses[Int(self.turn % UInt(self.addresses.count))]
    }

    /// What did resolve once is kept while the name servers fail.
    mutating func replace(with addresses: [ConnectAddress]) {
        if !addresses.isEmpty { self.addresses = addresses }
    }

    /// No connection could be made in that turn. Many may fail at once: together they are one failure of one address.
    mutating func failed(in turn: UInt) {
        if turn == self.turn { self.turn &+= 1 }
    }
}
