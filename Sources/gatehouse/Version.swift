/// What `gatehouse --version` and `build_info` say.
enum Version {
    static let text = "0.1.0"
}
