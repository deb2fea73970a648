import Testing

@testable import Gateway

@Suite("The order in which connections wait")
struct IdleOrderTests {
    /// Takes the oldest until none is left.
    private func drained(_ order: consuming IdleOrder) -> [Int] {
        var places: [Int] = []
        while let place = order.oldest {
            order.remove(place)
            places.append(place)
        }
        return places
    }

    private func order(_ places: Int...) -> IdleOrder {
        var order = IdleOrder()
        for place in places { order.append(place) }
        return order
    }

    @Test("begins with nobody")
    func empty() {
        #expect(IdleOrder().oldest == nil)
    }

    @Test("is the order of coming, whatever the places are")
    func coming() {
        #expect(self.drained(self.order(3, 0, 7, 1)) == [3, 0, 7, 1])
    }

    @Test("puts who waits again at the end")
    func again() {
        #expect(self.drained(self.order(0, 1, 2, 0)) == [1, 2, 0])
        #expect(self.drained(self.order(0, 1, 1)) == [0, 1])
    }

    @Test("closes up when one leaves, at either end and between", arguments: [0, 1, 2])
    func leaving(_ place: Int) {
        var order = self.order(0, 1, 2)
        order.remove(place)
        order.remove(place)
        #expect(self.drained(order) == [0, 1, 2].filter { $0 != place })
    }

    @Test("takes no notice of who leaves and never came")
    func neverCame() {
        var order = self.order(1)
        order.remove(0)
        order.remove(100)
        #expect(self.drained(order) == [1])
    }

    @Test("keeps the turn of who moves to another place", arguments: [0, 1, 2])
    func moving(_ turn: Int) {
        var order = self.order(4, 5, 6)
        order.move(4 + turn, to: 2)
        #expect(self.drained(order) == [4, 5, 6].map { $0 == 4 + turn ? 2 : $0 })
    }

    @Test("gives nobody a turn by moving")
    func movingWithoutTurn() {
        var order = self.order(0, 2)
        order.remove(2)
        order.move(2, to: 1)
        order.move(50, to: 1)
        #expect(self.drained(order) == [0])
    }

    @Test("is that of a plain list after a thousand random steps")
    func random() {
        var numbers = FastRandom(seed: 1)
        var order = IdleOrder()
        var list: [Int] = []
        for _ in 0..<1000 {
            let place = Int(numbers.next() % 12)
            list.removeAll { $0 == place }
            if numbers.next() % 3 == 0 {
                order.remove(place)
            } else {
                order.append(place)
                list.append(place)
            }
            #expect(order.oldest == list.first)
        }
        #expect(self.drained(order) == list)
    }
}
