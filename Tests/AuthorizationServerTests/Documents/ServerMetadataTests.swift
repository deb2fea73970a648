import Bytes
import Cryptography
import JOSE
import Testing

@testable import AuthorizationServer

@Suite("The server's metadata")
struct ServerMetadataTests {
    private static func metadata(_ change: (inout AuthorizationServerSettings) -> Void = { _ in }) throws -> JSONValue {
        try EndpointBench(change).get(.openIDConfiguration).json
    }

    @Test("are the same at both addresses, for everybody, and may be kept for ten minutes")
    func both() throws {
        let bench = try EndpointBench()
        let answers = [bench.get(.openIDConfiguration), bench.get(.authorizationServerMetadata)]
        #expect(answers[0].body == answers[1].body)
        for answer in answers {
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "max-age=600")
            #expect(answer["Access-Control-Allow-Origin"] == "*")
        }
    }

    @Test(
        "name the server and its endpoints",
        arguments: [
            ("issuer", ""), ("authorization_endpoint", "/authorize"), ("token_endpoint", "/token"),
            ("jwks_uri", "/jwks"),
            ("userinfo_endpoint", "/userinfo"), ("revocation_endpoint", "/revoke"),
            ("introspection_endpoint", "/introspect"), ("pushed_authorization_request_endpoint", "/par"),
            ("device_authorization_endpoint", "/device_authorization"), ("end_session_endpoint", "/end_session"),
        ]
    )
    func endpoints(_ member: String, _ path: String) throws {
        #expect(try Self.metadata()[member] == .string(EndpointBench.issuer + path))
    }

    @Test("AS6: know S256 and nothing else")
    func challenges() throws {
        #expect(try Self.metadata()["code_challenge_methods_supported"] == ["S256"])
    }

    @Test("AS7, AS8: know no legacy grant that no client may use")
    func legacy() throws {
        let metadata = try Self.metadata()
        let deviceCode = "urn:ietf:params:oauth:grant-type:device_code"
        #expect(
            metadata["grant_types_supported"]
                == ["authorization_code", "client_credentials", "refresh_token", .string(deviceCode)]
        )
        #expect(metadata["response_types_supported"] == ["code"])
        #expect(metadata["response_modes_supported"] == ["query"])
    }

    @Test("know each legacy grant that a client may use")
    func offered() throws {
        let password = try Self.metadata { $0.clients[0].grants.insert(.password) }
        #expect(password["grant_types_supported"]?.array?.contains("password") == true)
        #expect(password["response_types_supported"] == ["code"])
        let implicit = try Self.metadata { $0.clients[0].grants.insert(.implicit) }
        #expect(implicit["grant_types_supported"]?.array?.contains("password") == false)
        #expect(implicit["response_types_supported"] == ["code", "token"])
        #expect(implicit["response_modes_supported"] == ["query", "fragment"])
    }

    @Test("AS13: promise `iss` in every authorization response")
    func issuer() throws {
        #expect(try Self.metadata()["authorization_response_iss_parameter_supported"] == true)
    }

    @Test("AS12: know proofs, and assertions, with asymmetric keys alone")
    func algorithms() throws {
        let metadata = try Self.metadata()
        for member in ["dpop_signing_alg_values_supported", "token_endpoint_auth_signing_alg_values_supported"] {
            let names = try #require(metadata[member]?.array).compactMap(\.string)
            #expect(names.contains("ES256"))
            #expect(names.allSatisfy { $0 != "none" && !$0.hasPrefix("HS") })
        }
    }

    @Test("have introspection for clients that prove who they are")
    func introspection() throws {
        let metadata = try Self.metadata()
        #expect(metadata["token_endpoint_auth_methods_supported"]?.array?.contains("none") == true)
        #expect(metadata["introspection_endpoint_auth_methods_supported"]?.array?.contains("none") == false)
    }

    @Test("name the algorithm that signs", arguments: [SignatureAlgorithm.es256, .edDSA, .rs256])
    func signing(_ algorithm: SignatureAlgorithm) throws {
        let metadata = try Self.metadata { $0.keys.algorithm = algorithm }
        #expect(metadata["id_token_signing_alg_values_supported"] == .texts([algorithm.rawValue]))
    }

    @Test("know the scopes of the policy and those of OpenID Connect")
    func scopes() throws {
        let expected = ["openid", "profile", "email", "offline_access", "items:read", "items:write"]
        #expect(try Self.metadata()["scopes_supported"] == .texts(expected))
    }

    @Test("name registration if it is on")
    func registration() throws {
        #expect(try Self.metadata()["registration_endpoint"] == nil)
        let metadata = try Self.metadata { $0.allowsRegistration = true }
        #expect(metadata["registration_endpoint"] == .string(EndpointBench.issuer + "/register"))
    }

    @Test("name nothing that does not answer")
    func addresses() throws {
        let bench = try EndpointBench { $0.allowsRegistration = true }
        let texts = try #require(bench.get(.openIDConfiguration).json.members).compactMap(\.value.string)
        let addresses = texts.filter { $0.hasPrefix(EndpointBench.issuer + "/") }
        #expect(addresses.count == 10)
        for address in addresses {
            let path = address.dropFirst("https://id.example.com".count)
            let found = bench.worker.find(path: Array(path.utf8).span, host: Array("id.example.com".utf8).span)
            guard case .endpoint(let endpoint) = found else {
                Issue.record("\(path) is \(found)")
                continue
            }
            for method in endpoint.methods {
                #expect(bench.answer(bench.request(method, endpoint)).status != 404, "\(path)")
            }
        }
    }
}
