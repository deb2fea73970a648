internal import JOSE

extension APIOperation {
    /// Documents that anybody may read.
    static let documents: [APIOperation] = [
        APIOperation(
            endpoint: .openIDConfiguration,
            method: .get,
            tag: .documents,
            summary: "The server's metadata (OpenID Connect Discovery)",
            answer: .json("Metadata")
        ),
        APIOperation(
            endpoint: .authorizationServerMetadata,
            method: .get,
            tag: .documents,
            summary: "The server's metadata (RFC 8414)",
            answer: .json("Metadata")
        ),
        APIOperation(
            endpoint: .jwks,
            method: .get,
            tag: .documents,
            summary: "The keys that tokens are verified with (RFC 7517)",
            answer: .json("KeySet")
        ),
        APIOperation(
            endpoint: .openAPI,
            method: .get,
            tag: .documents,
            summary: "This document",
            answer: .json("Document")
        ),
    ]

    /// What applications ask.
    static func forPrograms(_ policy: ServerPolicy) -> [APIOperation] {
        [
            self.program(.token, "Exchange what was granted for tokens (RFC 6749)", Parameter.token(policy), "Token"),
            self.program(
                .par,
                "Push an authorization request (RFC 9126)",
                Parameter.authorization(policy) + Parameter.client,
                "PushedRequest",
                status: 201
            ),
            self.program(
                .deviceAuthorization,
                "Begin on a device (RFC 8628)",
                Parameter.access + Parameter.client,
                "DeviceAuthorization"
            ),
            APIOperation(
                endpoint: .revoke,
                method: .post,
                tag: .programs,
                summary: "Revoke a token and what came of its grant (RFC 7009)",
                parameters: Parameter.tokenInQuestion + Parameter.client,
                answer: .nothing,
                errors: [400, 401, 429, 503],
                security: ["clientSecretBasic", nil]
            ),
            self.program(
                .introspect,
                "Ask about a token (RFC 7662)",
                Parameter.tokenInQuestion + Parameter.client,
                "Introspection"
            ),
            APIOperation(
                endpoint: .register,
                method: .post,
                tag: .programs,
                summary: "Register a client (RFC 7591)",
                body: "ClientMetadata",
                answer: .json("Client", status: 201),
                errors: [400, 401, 503],
                security: ["initialAccessToken"]
            ),
            self.userinfo(.get), self.userinfo(.post),
        ]
    }

    // MARK: - Private details

    private static func program(
        _ endpoint: Endpoint,
        _ summary: String,
        _ parameters: [Parameter],
        _ schema: String,
        status: Int = 200
    ) -> APIOperation {
        APIOperation(
            endpoint: endpoint,
            method: .post,
            tag: .programs,
            summary: summary,
            parameters: parameters,
            answer: .json(schema, status: status),
            errors: [400, 401, 429, 503],
            // Other ways to authenticate stand in the form.
            security: ["clientSecretBasic", nil]
        )
    }

    private static func userinfo(_ method: Method) -> APIOperation {
        APIOperation(
            endpoint: .userinfo,
            method: method,
            tag: .programs,
            summary: "Claims about the user (OpenID Connect Core, 5.3)",
            answer: .json("UserInfo"),
            errors: [401, 403, 503],
            security: ["openIdConnect", "bearer"]
        )
    }
}
