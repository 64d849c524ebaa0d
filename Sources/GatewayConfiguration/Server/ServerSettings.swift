public import NotificationGateway

/// What `server:` says: how `notify serve` serves. Holds secrets: the default description is masked.
public struct ServerSettings: Sendable, Hashable {
    /// Where it listens.
    public var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    /// The outbox's file.
    public var outbox: String
    /// The file of the API keys; `nil` where there are none.
    public var keys: String?
    /// What it identifies itself by; `nil` for plain HTTP.
    public var tls: TLS?
    /// Largest body of a request, in bytes.
    public var maxBody = 1 << 20
    /// Most connections at a time.
    public var maxConnections = 16_384
    /// Most messages under way to vendors at a time.
    public var maxInFlight = 256
    /// How long what is under way may take to end when the server stops.
    public var shutdownGrace = Duration.seconds(20)
    /// How long after its last sign of life a server counts as dead.
    public var lease = Duration.seconds(30)
    /// How long vendors are asked about a message whose sender died.
    public var patience = Duration.seconds(600)
    /// How long messages that are done with are kept.
    public var retention = Duration.seconds(30 * 86_400)
    /// Where delivery receipts come from, by provider.
    public var receipts: [ProviderName: Receipts] = [:]
    /// Most questions about what became of messages, to all vendors together.
    public var pollRate = Rate(5, per: .seconds(1))
    /// Who is told what became of messages.
    public var webhooks: [Webhook] = []
    /// The endpoint for services that speak the vendor's protocol; `nil` where there is none.
    public var dysms: Dysms?

    /// A server of which nothing is said but where its outbox lies.
    public init(outbox: String, providers: [GatewaySettings.ConfiguredProvider]) {
        self.outbox = outbox
        receipts = Self.standardReceipts(of: providers)
    }

    /// Vendors that have receipts are asked for them where nothing else is said.
    static func standardReceipts(of providers: [GatewaySettings.ConfiguredProvider]) -> [ProviderName: Receipts] {
        let asked = providers.filter { $0.provider.receiptReader != nil && $0.provider.statusLookup != nil }
        return Dictionary(asked.map { ($0.name, Receipts(token: nil, polls: true)) }) { first, _ in first }
    }

    /// A host and a port.
    public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
        /// An IP address, or a name that stands for one; without brackets.
        public var host: String
        /// 0 takes any that is free.
        public var port: Int

        /// Describes an address.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host:port`, with brackets where the host has colons.
        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// Files in PEM form.
    public struct TLS: Sendable, Hashable {
        /// The certificate and those that it hangs on.
        public var certificate: String
        /// The private key.
        public var key: String
    }

    /// How a provider's receipts come.
    public struct Receipts: Sendable, Hashable {
        /// The secret part of the path to which the vendor posts; `nil` where it does not.
        public var token: Secret?
        /// Whether the vendor is asked.
        public var polls: Bool
    }

    /// Somebody who is told what became of messages.
    public struct Webhook: Sendable, Hashable {
        /// Its name, which is part of the ids by which its receiver tells repeated posts.
        public var name: String
        /// Where that is posted to.
        public var url: String
        /// What it is signed by: each makes a signature, so that a new one can be brought in before the old one goes.
        public var secrets: [Secret]
        /// The states that are told of; empty for all of them.
        public var events: [String] = []
        /// Whose messages; empty for everyone's.
        public var tenants: [String] = []
        /// Whether recipients are written out.
        public var revealsRecipients = false
        /// Private addresses and networks that may be connected to all the same, such as `10.1.0.0/16`.
        public var allowedNetworks: [String] = []
    }

    /// An endpoint for services that use the vendor's SDK.
    public struct Dysms: Sendable, Hashable {
        /// A port of its own, for SDKs that know no path.
        public var listen: ListenAddress?
        /// Keys by their ids.
        public var accessKeys: [String: AccessKey] = [:]
        /// What the vendor's template codes mean here.
        public var templates: [String: TemplateMapping] = [:]
        /// Sign names that callers may give; empty for any.
        public var signNames: [String] = []

        /// A key.
        public struct AccessKey: Sendable, Hashable {
            /// What requests are signed with.
            public var secret: Secret
            /// Whose messages they are.
            public var tenant: String
        }

        /// What a template code means.
        public struct TemplateMapping: Sendable, Hashable {
            /// The template.
            public var template: TemplateName
            /// The template's parameter for a caller's one that is called otherwise.
            public var parameters: [String: String] = [:]
        }
    }
}

extension ServerSettings: MaskedDescription {
    /// Where it listens and how many there are of what.
    public var description: String {
        "server on \(listen), \(receipts.count) receipts, \(webhooks.count) webhooks, \(dysms?.accessKeys.count ?? 0) access keys"
    }
}
