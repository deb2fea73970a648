internal import JOSE

/// One operation of the description: an endpoint with one of its methods.
struct APIOperation {
    enum Method: String { case get, post }

    enum Tag: String, CaseIterable {
        case documents = "Documents"
        case programs = "Programs"
        case people = "People"

        var json: JSONValue { ["name": .string(self.rawValue), "description": .string(self.words)] }

        private var words: String {
            switch self {
            case .documents: "What is public."
            case .programs: "What applications ask."
            case .people: "What browsers show."
            }
        }
    }

    /// What is sent: in the query of a GET, and in the form of a POST.
    struct Parameter {
        let name: String
        let words: String
        var isRequired = false
        var schema: JSONValue = ["type": "string"]
    }

    enum Answer {
        /// By the name of its schema.
        case json(String, status: Int = 200)
        /// 200 without content.
        case nothing
        /// A page, or a redirect to the next one or to the client.
        case page
    }

    let endpoint: Endpoint
    let method: Method
    let tag: Tag
    let summary: String
    var parameters: [Parameter] = []
    /// The schema of a body that is JSON, in place of a form.
    var body: String?
    let answer: Answer
    /// Statuses of errors in the RFCs' form.
    var errors: [Int] = []
    /// Names of security schemes, each of which is enough; nil: none at all.
    var security: [String?] = []

    var methodName: String { self.method.rawValue }
}

// MARK: - As JSON

extension APIOperation {
    var json: JSONValue {
        var members: [JSONMember] = [
            JSONMember(name: "operationId", value: .string(self.name)),
            JSONMember(name: "summary", value: .string(self.summary)),
            JSONMember(name: "tags", value: .texts([self.tag.rawValue])),
        ]
        if let content = self.content { members.append(JSONMember(name: "requestBody", value: content)) }
        if self.method == .get, !self.parameters.isEmpty {
            members.append(JSONMember(name: "parameters", value: .array(self.parameters.map(\.json))))
        }
        members.append(JSONMember(name: "responses", value: .object(self.responses)))
        members.append(JSONMember(name: "security", value: .array(self.security.map(Self.requirement))))
        return .object(members)
    }

    /// Each once in the document.
    private var name: String { "\(self.methodName)_\(self.endpoint)" }

    private static func requirement(_ scheme: String?) -> JSONValue {
        .object(scheme.map { [JSONMember(name: $0, value: .array([]))] } ?? [])
    }

    private var content: JSONValue? {
        guard self.method == .post else { return nil }
        if let body { return Self.content("application/json", APISchemas.reference(body), isRequired: true) }
        guard !self.parameters.isEmpty else { return nil }
        let properties = self.parameters.map { JSONMember(name: $0.name, value: $0.property) }
        let required = self.parameters.filter(\.isRequired).map(\.name)
        let schema: JSONValue = [
            "type": "object", "properties": .object(properties), "required": .texts(required),
        ]
        return Self.content("application/x-www-form-urlencoded", schema, isRequired: !required.isEmpty)
    }

    private static func content(_ type: String, _ schema: JSONValue, isRequired: Bool) -> JSONValue {
        ["required": .bool(isRequired), "content": .object([JSONMember(name: type, value: ["schema": schema])])]
    }

    private var responses: [JSONMember] {
        let errors = self.errors.map { status in
            JSONMember(name: "\(status)", value: Self.response("Refused.", "application/json", "Error"))
        }
        switch self.answer {
        case .json(let schema, let status):
            return [JSONMember(name: "\(status)", value: Self.response("Done.", "application/json", schema))] + errors
        case .nothing:
            return [JSONMember(name: "200", value: ["description": "Done."])] + errors
        case .page:
            return [
                JSONMember(name: "200", value: Self.response("A page.", "text/html", "Page")),
                JSONMember(name: "303", value: ["description": "On to the next page, or back to the client."]),
                JSONMember(name: "default", value: Self.response("A page that says why.", "text/html", "Page")),
            ]
        }
    }

    private static func response(_ words: String, _ type: String, _ schema: String) -> JSONValue {
        let content = JSONMember(name: type, value: ["schema": APISchemas.reference(schema)])
        return ["description": .string(words), "content": .object([content])]
    }
}

extension APIOperation.Parameter {
    fileprivate var json: JSONValue {
        [
            "name": .string(self.name), "in": "query", "description": .string(self.words),
            "required": .bool(self.isRequired), "schema": self.schema,
        ]
    }

    fileprivate var property: JSONValue {
        .object((self.schema.members ?? []) + [JSONMember(name: "description", value: .string(self.words))])
    }
}
