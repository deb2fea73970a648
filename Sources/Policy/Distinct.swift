/// Equal values once each, in the order in which they came first.
public struct Distinct<Value: Hashable> {
    public private(set) var values: [Value] = []
    private var places: [Value: Int] = [:]

    public init() {}

    /// The place of `value` among `values`, where it is put if it is new.
    public mutating func place(of value: Value) -> Int {
        if let place = self.places[value] { return place }
        self.places[value] = self.values.count
        self.values.append(value)
        return self.values.count - 1
    }
}
