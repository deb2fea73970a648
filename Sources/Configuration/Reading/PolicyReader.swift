import AuthorizationServer
import Transport

/// Reads one policy file: knows its place, its environment and the names defined in it, and keeps what there is to say.
final class PolicyReader {
    /// The policy file as it was named, for messages.
    let file: String
    /// Relative paths begin here.
    let directory: String
    let environment: Environment
    /// A variable or file that is not there stands for a value that is not judged.
    let allowsUnset: Bool

    private(set) var problems: [Problem] = []
    /// Files that the policy was made from, itself included, in the order of reading.
    private(set) var files: [String] = []
    private var contents: [String: Result<[UInt8], FileError>] = [:]

    /// Names that routes may refer to.
    var issuerNames = KnownNames()
    var upstreamNames = KnownNames()
    /// Of `login`, which differ from those of issuers.
    var providerNames = KnownNames()
    /// What sessions of each can have as scopes; none of a provider that is wrong.
    var providerScopes: [String: Set<String>] = [:]
    /// Upstreams that nothing named so far.
    var unusedUpstreams: [String: PolicyField] = [:]
    /// A route names an upstream that is not known, which may be any.
    var namesUnknownUpstream = false
    /// Each `iss`, and the path of the key that has it first.
    var issuerTexts: [String: String] = [:]
    /// Scopes of the embedded authorization server, besides the built-in ones.
    var scopeNames = KnownNames()
    /// Whether the policy has an embedded authorization server, right or wrong.
    var hasAuthorizationServer = false
    /// Nil when there is none, or when it is wrong.
    var authorizationServer: AuthorizationServerSettings?
    /// Whether the policy has `login`, right or wrong.
    var hasLogin = false
    /// Whether the policy has `state`.
    var hasState = false
    /// The path of the key that makes the embedded server a provider.
    var embeddedProviderPath: String?
    /// Whether some listener has `forward_auth`.
    var answersForwardAuth = false
    /// Addresses of sockets, and the path of the key that asked for each first.
    var addresses: [ListenAddress: String] = [:]

    init(file: String, environment: Environment, allowsUnset: Bool) {
        self.file = file
        self.directory = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        self.environment = environment
        self.allowsUnset = allowsUnset
    }

    static func unsupported(_ key: String) -> String { "`\(key)` is not supported by this version" }
}

// MARK: - Problems

extension PolicyReader {
    func error(_ field: PolicyField, _ message: String, suggestion: String? = nil, at position: SourcePosition? = nil) {
        self.note(.error, field, message, suggestion, position)
    }

    /// A departure from a safe default.
    func warning(_ field: PolicyField, _ message: String, at position: SourcePosition? = nil) {
        self.note(.warning, field, message, nil, position)
    }

    /// A problem of the text, before there are fields.
    func error(at position: SourcePosition, _ message: String) {
        self.note(.error, position, message)
    }

    func warning(at position: SourcePosition, _ message: String) {
        self.note(.warning, position, message)
    }

    private func note(_ severity: Problem.Severity, _ position: SourcePosition, _ message: String) {
        self.problems.append(
            Problem(severity: severity, file: self.file, position: position, path: "", message: message)
        )
    }

    private func note(
        _ severity: Problem.Severity,
        _ field: PolicyField,
        _ message: String,
        _ suggestion: String?,
        _ position: SourcePosition?
    ) {
        self.problems.append(
            Problem(
                severity: severity,
                file: self.file,
                position: position ?? field.node.position,
                path: field.path.description,
                message: message,
                suggestion: suggestion
            )
        )
    }
}

// MARK: - Files

extension PolicyReader {
    /// `path` relative to the policy's directory.
    func located(_ path: String) -> String {
        path.hasPrefix("/") ? path : self.directory + path
    }

    /// The bytes of a file, read once however often it is named.
    func read(_ path: String) -> Result<[UInt8], FileError> {
        let path = self.located(path)
        if let known = self.contents[path] { return known }
        self.files.append(path)
        let result = Result { () throws(FileError) in try self.environment.read(path) }
        self.contents[path] = result
        return result
    }

    /// What was written for a file's name, so that nothing that was put in its place is told.
    private static func shown(_ field: PolicyField) -> String {
        guard case .scalar(let scalar) = field.node.content else { return "" }
        return "`\(scalar.shown)`"
    }

    /// The bytes of the policy itself.
    func readPolicyFile() -> Result<[UInt8], FileError> {
        self.files.append(self.file)
        return Result { () throws(FileError) in try self.environment.read(self.file) }
    }

    /// The text of the file that a scalar names; nil when it cannot be read, or need not be there.
    func fileText(_ field: PolicyField) -> String? {
        guard let path = self.text(field), !self.isUnset(field) else { return nil }
        switch self.read(path) {
        case .success(let bytes):
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            self.error(field, "the file is no text")
        case .failure(let error):
            if error.isAbsent && self.allowsUnset { return nil }
            self.error(field, "the file \(Self.shown(field)) cannot be read: \(error.reason)")
        }
        return nil
    }
}

// MARK: - Interpolation

extension PolicyReader {
    func lookUp(_ reference: Interpolation.Reference) -> Interpolation.Lookup {
        switch reference {
        case .variable(let name, let fallback): self.lookUp(variable: name, fallback)
        case .file(let path): self.lookUp(file: path)
        }
    }

    private func lookUp(variable name: String, _ fallback: String?) -> Interpolation.Lookup {
        let value = self.environment.variable(name)
        // As in the shell, `:-` also stands in for a variable that is empty.
        if let fallback { return .text(value.flatMap { $0.isEmpty ? nil : $0 } ?? fallback) }
        if let value { return .text(value) }
        return self.allowsUnset ? .unset : .problem("the environment variable `\(name)` is not set")
    }

    private func lookUp(file path: String) -> Interpolation.Lookup {
        let shown = Printable.text(path)
        switch self.read(path) {
        case .failure(let error):
            if error.isAbsent && self.allowsUnset { return .unset }
            return .problem("the file `\(shown)` cannot be read: \(error.reason)")
        case .success(var bytes):
            if bytes.last == 0x0A { bytes.removeLast() }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .problem("the file `\(shown)` is no text")
            }
            return .text(text)
        }
    }
}
