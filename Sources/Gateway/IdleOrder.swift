/// The places of a table in the order in which they began to wait: a doubly linked list whose links lie in one array, so
/// that each step takes the same time however many wait, and none takes memory once the table has been that large.
struct IdleOrder {
    private struct Link {
        var older: Int32
        var newer: Int32
    }

    /// The list is a ring through the first element, which is nobody's: place 0 has element 1. Who is not in the list is a
    /// ring of its own.
    private var links = [Link(older: 0, newer: 0)]

    /// The place that has waited for the longest time.
    var oldest: Int? { self.links[0].newer == 0 ? nil : Int(self.links[0].newer) - 1 }

    /// Puts `place` at the end, also when it is in the list already.
    mutating func append(_ place: Int) {
        let element = place + 1
        if Int(self.links[0].older) == element { return }
        while self.links.count <= element {
            let new = Int32(self.links.count)
            self.links.append(Link(older: new, newer: new))
        }
        self.remove(place)
        self.insert(element, behind: Int(self.links[0].older))
    }

    /// Nothing happens when it is not in the list.
    mutating func remove(_ place: Int) {
        let element = place + 1
        guard element < self.links.count else { return }
        let link = self.links[element]
        self.links[Int(link.older)].newer = link.newer
        self.links[Int(link.newer)].older = link.older
        self.links[element] = Link(older: Int32(element), newer: Int32(element))
    }

    /// Who was at `place` is at `other` from now on, which must not be in the list, and waits as long as before.
    mutating func move(_ place: Int, to other: Int) {
        let element = place + 1
        guard element < self.links.count, Int(self.links[element].older) != element else { return }
        let older = Int(self.links[element].older)
        self.remove(place)
        self.insert(other + 1, behind: older)
    }

    private mutating func insert(_ element: Int, behind older: Int) {
        let newer = self.links[older].newer
        self.links[element] = Link(older: Int32(older), newer: newer)
        self.links[older].newer = Int32(element)
        self.links[Int(newer)].older = Int32(element)
    }
}
