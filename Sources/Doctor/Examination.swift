/// Looks at one thing, from the control loop.
protocol Examination: AnyObject {
    var subject: Finding.Subject { get }

    /// Begins. `completion` is called once, now or later, unless time is up before.
    func start(_ completion: @escaping ([Finding]) -> Void)

    /// Time is up: what is under way ends, and nobody waits for it.
    func cancel()
}
