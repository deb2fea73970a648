import Glibc

/// Where `${NAME}` and `${file:PATH}` come from. Tests bring their own.
package struct Environment: Sendable {
    package var variable: @Sendable (_ name: String) -> String?
    package var read: @Sendable (_ path: String) throws(FileError) -> [UInt8]

    package init(
        variable: @escaping @Sendable (_ name: String) -> String?,
        read: @escaping @Sendable (_ path: String) throws(FileError) -> [UInt8]
    ) {
        self.variable = variable
        self.read = read
    }

    /// This process's environment and files.
    package static let process = Environment(
        variable: { name in getenv(name).map { String(cString: $0) } },
        read: { path throws(FileError) in try FileContents.read(path) }
    )

    /// Variables and files that are not there outside this value.
    package static func fixed(variables: [String: String] = [:], files: [String: [UInt8]] = [:]) -> Environment {
        Environment(
            variable: { variables[$0] },
            read: { path throws(FileError) in
                guard let bytes = files[path] else {
                    throw FileError(reason: "No such file or directory", isAbsent: true)
                }
                return bytes
            }
        )
    }
}
