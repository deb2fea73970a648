import Cryptography
import JOSE
import Testing

@testable import AuthorizationServer

@Suite("The description in OpenAPI")
struct APIDescriptionTests {
    private static func description(
        _ change: (inout AuthorizationServerSettings) -> Void = { _ in }
    ) throws -> JSONValue {
        try EndpointBench(change).get(.openAPI).json
    }

    private static func flows(_ description: JSONValue) throws -> JSONValue {
        try #require(description["components"]?["securitySchemes"]?["oauth2"]?["flows"])
    }

    private static func names(_ value: JSONValue?) -> [String] { (value?.members ?? []).map(\.name) }

    @Test("is for everybody, in version 3.1, under the issuer's address")
    func head() throws {
        let answer = try EndpointBench().get(.openAPI)
        #expect(answer.status == 200)
        #expect(answer["Access-Control-Allow-Origin"] == "*")
        #expect(answer.json["openapi"] == "3.1.0")
        #expect(answer.json["servers"] == [["url": .string(EndpointBench.issuer)]])
    }

    @Test("has each endpoint with its methods", arguments: Endpoint.allCases)
    func paths(_ endpoint: Endpoint) throws {
        let description = try Self.description { $0.allowsRegistration = true }
        let isMetadata = endpoint == .authorizationServerMetadata
        let path = try #require(description["paths"]?["/\(endpoint.rawValue)" + (isMetadata ? "/identity" : "")])
        let methods = endpoint.methods.map { "\($0.name)".lowercased() }
        #expect(Self.names(path) == (isMetadata ? ["servers"] : []) + methods)
    }

    @Test("has nothing that does not answer", arguments: Endpoint.allCases)
    func answers(_ endpoint: Endpoint) throws {
        let bench = try EndpointBench { $0.allowsRegistration = true }
        for method in endpoint.methods {
            #expect(bench.answer(bench.request(method, endpoint)).status != 404)
        }
    }

    @Test("has no registration unless it is on")
    func registration() throws {
        let description = try Self.description()
        #expect(description["paths"]?["/register"] == nil)
        #expect(description["components"]?["securitySchemes"]?["initialAccessToken"] == nil)
    }

    @Test("has an answer and a name of its own for each operation")
    func operations() throws {
        let description = try Self.description { $0.allowsRegistration = true }
        let paths = try #require(description["paths"]?.members).map(\.value)
        let operations = paths.flatMap { path in ["get", "post"].compactMap { path[$0] } }
        #expect(operations.count == 24)
        #expect(Set(operations.compactMap { $0["operationId"]?.string }).count == 24)
        #expect(operations.allSatisfy { $0["responses"]?.members?.isEmpty == false })
    }

    @Test("points at nothing that is missing")
    func references() throws {
        let description = try Self.description { $0.allowsRegistration = true }
        let schemas = Set(Self.names(description["components"]?["schemas"]))
        let schemes = Set(Self.names(description["components"]?["securitySchemes"]))
        var used = Set<String>()
        func look(_ value: JSONValue) {
            if let reference = value["$ref"]?.string { used.insert(String(reference.split(separator: "/").last ?? "")) }
            for requirement in value["security"]?.array ?? [] {
                #expect(schemes.isSuperset(of: Self.names(requirement)))
            }
            value.members?.map(\.value).forEach(look)
            value.array?.forEach(look)
        }
        look(description)
        #expect(used == schemas)
    }

    @Test("AS7: has no flow that no client may use")
    func flows() throws {
        let flows = try Self.flows(Self.description())
        #expect(Self.names(flows) == ["authorizationCode", "clientCredentials", "x-deviceAuthorization"])
        let legacy = try Self.flows(Self.description { $0.clients[0].grants.formUnion([.password, .implicit]) })
        #expect(Set(Self.names(legacy)).isSuperset(of: ["password", "implicit"]))
    }

    @Test("has the scopes in the words of the policy")
    func scopes() throws {
        let scopes = try Self.flows(Self.description())["authorizationCode"]?["scopes"]
        #expect(scopes?["items:read"] == "Read your items")
        #expect(scopes?["openid"] == "Know who you are")
    }
}
