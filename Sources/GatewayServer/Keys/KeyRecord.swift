public import GatewayOutbox
import HTTPProviderSupport
public import NotificationGateway

/// A key as it is kept: without its secret.
public struct KeyRecord: Sendable, Hashable {
    /// What a new key is to allow.
    public struct Grant: Sendable, Hashable {
        /// What it is for, in words.
        public var name: String
        /// What it allows.
        public var scopes: Set<KeyScope>
        /// Whose messages it sends and sees; `nil` sees all, and sends for `default`.
        public var tenant: Tenant?
        /// The templates that it may send; empty means all, and finished text.
        public var templates: Set<TemplateName>
        /// The routes that its messages may take; empty means all.
        public var routes: Set<RouteName>
        /// The most requests, each message of a batch counted.
        public var rate: Rate?
        /// When it ends.
        public var expires: WallTime?

        /// Describes a grant.
        public init(
            name: String = "", scopes: Set<KeyScope>, tenant: Tenant? = nil, templates: Set<TemplateName> = [],
            routes: Set<RouteName> = [], rate: Rate? = nil, expires: WallTime? = nil
        ) {
            self.name = name
            self.scopes = scopes
            self.tenant = tenant
            self.templates = templates
            self.routes = routes
            self.rate = rate
            self.expires = expires
        }
    }

    /// Its name.
    public let id: KeyID
    /// SHA-256 of its secret, as lower-case hexadecimal.
    public let hash: String
    /// What it allows.
    public let grant: Grant
    /// When it was made.
    public let created: WallTime
    /// When it was revoked.
    public internal(set) var revoked: WallTime?

    /// Whether it opens anything at a time.
    public func isActive(at time: WallTime) -> Bool {
        revoked == nil && (grant.expires.map { time < $0 } ?? true)
    }
}

/// A line of the file.
extension KeyRecord {
    var document: JSONValue {
        func list(_ texts: some Sequence<String>) -> JSONValue? {
            let sorted = texts.sorted()
            return sorted.isEmpty ? nil : .strings(sorted)
        }
        return .fields(
            ("id", .string(id.rawValue)), ("hash", .string(hash)), ("name", .string(grant.name)),
            ("scopes", .strings(grant.scopes.map(\.rawValue).sorted())),
            ("tenant", grant.tenant.map { .string($0.rawValue) }), ("templates", list(grant.templates.map(\.rawValue))),
            ("routes", list(grant.routes.map(\.rawValue))), ("rate", grant.rate.map { .string($0.spelling) }),
            ("created", .string(created.timestamp)), ("expires", grant.expires.map { .string($0.timestamp) }),
            ("revoked", revoked.map { .string($0.timestamp) }))
    }

    /// Reads a line; a member that this version does not know could limit the key, so that such a line is refused.
    init?(_ line: [UInt8]) {
        guard let document = try? JSONValue(parsing: line), case .object(let members) = document else { return nil }
        let known: Set<String> = [
            "id", "hash", "name", "scopes", "tenant", "templates", "routes", "rate", "created", "expires", "revoked",
        ]
        func list(_ name: String) -> [String]? {
            guard let value = document[name] else { return [] }
            guard let texts = value.array?.map(\.string), !texts.contains(nil) else { return nil }
            return texts.compactMap { $0 }
        }
        func time(_ name: String) -> WallTime?? {
            guard let value = document[name] else { return .some(nil) }
            return value.string.flatMap(WallTime.init(timestamp:)).map { .some($0) }
        }
        guard members.allSatisfy({ known.contains($0.name) }), let id = document["id"]?.string,
            let hash = document["hash"]?.string, hash.utf8.count == 64, let scopes = list("scopes")?.map(KeyScope.init),
            !scopes.contains(nil), let templates = list("templates"), let routes = list("routes"),
            let created = time("created") ?? nil, let expires = time("expires"), let revoked = time("revoked")
        else { return nil }
        let rate = document["rate"]?.string.flatMap(UnitParser.rate)
        guard (rate == nil) == (document["rate"] == nil) else { return nil }
        let tenant = document["tenant"]?.string
        guard (tenant == nil) == (document["tenant"] == nil) else { return nil }
        self.id = KeyID(rawValue: id)
        self.hash = hash
        grant = Grant(
            name: document["name"]?.string ?? "", scopes: Set(scopes.compactMap { $0 }),
            tenant: tenant.map(Tenant.init), templates: Set(templates.map(TemplateName.init)),
            routes: Set(routes.map(RouteName.init)), rate: rate, expires: expires)
        self.created = created
        self.revoked = revoked
    }
}
