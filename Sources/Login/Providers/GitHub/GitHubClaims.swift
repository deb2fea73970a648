internal import JOSE

/// What GitHub says of a person, under the names of OpenID Connect.
struct GitHubClaims {
    /// `/user`.
    let user: JSONValue
    /// `/user/emails`; nil if it may not be known.
    let emails: [JSONValue]?
    /// `/user/orgs` and `/user/teams`; nil if one of both may not be known as a whole: then there are no groups at all.
    let organizations: [JSONValue]?
    let teams: [JSONValue]?

    /// Whether organizations and teams are known, be there any or not.
    var hasGroups: Bool { self.organizations != nil && self.teams != nil }

    /// The account's number, which no other account ever gets, unlike its name.
    static func subject(of user: JSONValue) -> String? {
        guard case .integer(let number)? = user["id"] else { return nil }
        return "\(number)"
    }

    /// Throws `.invalid` if nobody is named.
    func json() throws(ProviderFailure) -> JSONValue {
        guard let subject = Self.subject(of: self.user) else { throw .invalid("GitHub names no account") }
        var members = [JSONMember(name: "sub", value: .string(subject))]
        for (name, source) in [("name", "name"), ("preferred_username", "login"), ("picture", "avatar_url")] {
            if let text = self.user[source]?.string { members.append(JSONMember(name: name, value: .string(text))) }
        }
        if let address = self.address {
            members.append(JSONMember(name: "email", value: .string(address)))
            members.append(JSONMember(name: "email_verified", value: true))
        }
        if let groups = self.groups {
            members.append(JSONMember(name: "groups", value: .array(groups.map(JSONValue.string))))
        }
        return IdentityClaims.normalised(.object(members), by: nil)
    }

    // MARK: - Private details

    /// The primary address, if it is verified. The one of the public profile is never looked at.
    private var address: String? {
        let primary = self.emails?.first { $0["primary"] == true && $0["verified"] == true }
        return primary?["email"]?.string
    }

    /// `org` and `org:team`.
    private var groups: [String]? {
        guard let organizations, let teams else { return nil }
        let owners = organizations.compactMap { $0["login"]?.string }
        return owners
            + teams.compactMap { team in
                guard let owner = team["organization"]?["login"]?.string, let name = team["slug"]?.string else {
                    return nil
                }
                return "\(owner):\(name)"
            }
    }
}
