/// One entry of `routes`, compiled.
public final class Route {
    public let index: Int
    public let name: String
    let refusesOtherReadings: Bool

    init(index: Int, _ settings: RouteSettings) {
        self.index = index
        self.name = settings.name
        self.refusesOtherReadings = settings.refusesOtherReadings
    }
}
