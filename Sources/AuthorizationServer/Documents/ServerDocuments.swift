/// The public documents that are written from the policy, ready to be sent. Immutable: another policy has others.
struct ServerDocuments: Sendable {
    /// Of both well-known addresses.
    let metadata: [UInt8]
    /// `openapi.json`.
    let openAPI: [UInt8]

    init(_ policy: ServerPolicy, _ keys: SigningKeys) {
        self.metadata = ServerMetadata(policy: policy, keys: keys).json.encoded()
        self.openAPI = APIDescription(policy: policy).json.encoded()
    }
}
