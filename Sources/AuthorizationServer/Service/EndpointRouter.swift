/// Which handler answers what, on the store's thread.
enum EndpointRouter {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        if context.request.isPreflight { return try PreflightEndpoint.handle(context) }
        return switch context.call.endpoint {
        case .token: try TokenEndpoint.handle(context)
        case .par: try PushedRequestEndpoint.handle(context)
        case .revoke: try RevocationEndpoint.handle(context)
        case .introspect: try IntrospectionEndpoint.handle(context)
        case .userinfo: try UserInfoEndpoint.handle(context)
        case .authorize: try AuthorizeEndpoint.handle(context)
        case .login: try LoginEndpoint.handle(context)
        case .consent: try ConsentEndpoint.handle(context)
        case .account: try AccountEndpoint.handle(context)
        case .endSession: try EndSessionEndpoint.handle(context)
        case .deviceAuthorization: try DeviceAuthorizationEndpoint.handle(context)
        case .device: try DeviceEndpoint.handle(context)
        case .register: try RegistrationEndpoint.handle(context)
        case .openIDConfiguration, .authorizationServerMetadata, .jwks, .openAPI:
            // Workers answer documents themselves.
            throw .page(.notFound)
        }
    }
}
