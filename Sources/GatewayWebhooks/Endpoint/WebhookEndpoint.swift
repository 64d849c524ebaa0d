public import GatewayOutbox
public import HTTPTransport
public import NotificationGateway

/// The name under which an endpoint is configured; labels and logs show it, and ids of webhooks are made of it.
public struct WebhookName: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// Who is told what became of messages, and how. Its secrets are held as prepared keys; the description is masked.
public struct WebhookEndpoint: Sendable {
    /// How much of a recipient's address an endpoint gets to see.
    public enum Recipients: String, Sendable, Hashable, CaseIterable {
        /// `+86138****8000`.
        case masked
        /// All of it.
        case full
    }

    /// The states that there are events of: all but those in which a message is on its way.
    public static let allEvents: Set<EntryState> = Set(EntryState.allCases.filter { !$0.isOpen })

    /// The endpoint's name, unique among all.
    public let name: WebhookName
    /// Where it is.
    public let url: WebhookURL
    /// Whether `http://` was allowed.
    public let allowsPlainHTTP: Bool
    /// The states that it is told of.
    public let events: Set<EntryState>
    /// Whose messages it is told of; `nil` means everybody's.
    public let tenants: Set<Tenant>?
    /// How much of an address it gets to see.
    public let recipients: Recipients
    /// Where its name may lead.
    public let addresses: AddressPolicy
    /// The time that it has for an answer.
    public let timeout: Duration
    /// Most requests to it at a time.
    public let maxInFlight: Int
    let signer: WebhookSigner

    /// Describes an endpoint.
    ///
    /// - Parameters:
    ///   - secrets: one, or two while one takes the other's place; each `whsec_` and 24 to 64 bytes in Base64.
    ///   - addresses: the public Internet, where it is not said.
    ///   - timeout: fifteen seconds, which the Standard Webhooks recommend.
    /// - Throws: ``InvalidWebhookEndpoint`` when a part cannot be used.
    public init(
        name: WebhookName, url: String, secrets: [Secret], events: Set<EntryState> = Self.allEvents,
        tenants: Set<Tenant>? = nil, recipients: Recipients = .masked, addresses: AddressPolicy = .publicOnly(),
        allowPlainHTTP: Bool = false, timeout: Duration = .seconds(15), maxInFlight: Int = 8
    ) throws(InvalidWebhookEndpoint) {
        guard !name.rawValue.isEmpty else { throw InvalidWebhookEndpoint(.name, "expected a name") }
        guard timeout > .zero else { throw InvalidWebhookEndpoint(.timeout, "expected more than no time") }
        guard maxInFlight > 0 else { throw InvalidWebhookEndpoint(.maxInFlight, "expected 1 or more") }
        guard !events.isEmpty, events.isSubset(of: Self.allEvents) else {
            let words = Self.allEvents.map(\.rawValue).sorted().joined(separator: ", ")
            throw InvalidWebhookEndpoint(.events, "expected one or more of \(words)")
        }
        self.name = name
        self.url = try Self.read(url, allowPlainHTTP: allowPlainHTTP)
        signer = try WebhookSigner(secrets)
        allowsPlainHTTP = allowPlainHTTP
        self.events = events
        self.tenants = tenants
        self.recipients = recipients
        self.addresses = addresses
        self.timeout = timeout
        self.maxInFlight = maxInFlight
    }

    private static func read(_ text: String, allowPlainHTTP: Bool) throws(InvalidWebhookEndpoint) -> WebhookURL {
        let url: WebhookURL
        do throws(InvalidAddress) { url = try WebhookURL(text) } catch {
            throw InvalidWebhookEndpoint(.url, error.description)
        }
        let raw = url.rawValue
        guard raw.utf8.allSatisfy({ $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") }) else {
            throw InvalidWebhookEndpoint(.url, "expected ASCII without backslash and fragment; percent-encode the rest")
        }
        let isPlain = raw.utf8.count > 7 && raw.prefix(7).lowercased() == "http://"
        guard !isPlain || allowPlainHTTP else {
            throw InvalidWebhookEndpoint(.url, "expected https://: plain http would send what it says readable")
        }
        let authority = raw.dropFirst(isPlain ? 7 : 8).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw InvalidWebhookEndpoint(.url, "expected no user and password; the signature proves who calls")
        }
        return url
    }

    /// Whether it is told of an event.
    func wants(_ event: OutboxEvent) -> Bool {
        events.contains(event.state) && (tenants?.contains(event.tenant) ?? true)
    }
}

extension WebhookEndpoint: MaskedDescription {
    /// Name and host.
    public var description: String { "webhook \(name) at \(url.masked)" }
}

/// Why an endpoint cannot be used. Repeats neither its URL nor a secret.
public struct InvalidWebhookEndpoint: Error, Sendable, Hashable, CustomStringConvertible {
    /// A part of an endpoint.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        case name, url, secrets, events, timeout
        case maxInFlight = "max_in_flight"
    }

    /// The part at fault.
    public let part: Part
    /// What is expected.
    public let explanation: String

    init(_ part: Part, _ explanation: String) {
        self.part = part
        self.explanation = explanation
    }

    /// The part and what is expected.
    public var description: String { "\(part.rawValue): \(explanation)" }
}
